// Decimal numbers of any length, as far as quantities need them. Pure. Their text is normal: no zeros in
// front or behind, so that equal numbers have equal parts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cw::apiserver {

class Decimal {
 public:
  Decimal() = default;
  // ±digits × 10^exponent.
  Decimal(bool negative, std::string_view digits, std::int64_t exponent);
  static Decimal of(std::int64_t number);

  const std::string& digits() const { return digits_; }
  std::int64_t exponent() const { return exponent_; }
  bool is_negative() const { return negative_; }
  bool is_zero() const { return digits_.empty(); }

  int compare(const Decimal&) const;
  Decimal negated() const { return {!negative_, digits_, exponent_}; }
  // nullopt: it would have more than some thousand digits.
  std::optional<Decimal> plus(const Decimal&) const;
  Decimal times(unsigned factor) const;
  // With no more than so many places behind the point, away from zero.
  Decimal rounded(int places) const;
  // As a whole number of 10^scale; nullopt: it is none, or does not fit.
  std::optional<std::int64_t> scaled(std::int64_t scale) const;
  double approximate() const;

 private:
  bool negative_ = false;
  std::string digits_;  // empty: zero
  std::int64_t exponent_ = 0;
};

}  // namespace cw::apiserver
