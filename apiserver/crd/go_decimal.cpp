#include "apiserver/crd/go_decimal.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>

namespace cw::apiserver {
namespace {

constexpr std::int64_t kMostDigits = 10'000;

// Of texts of one length.
std::string added(const std::string& a, const std::string& b) {
  std::string sum(a.size() + 1, '0');
  int carry = 0;
  for (std::size_t i = a.size(); i > 0; --i) {
    const int digit = (a[i - 1] - '0') + (b[i - 1] - '0') + carry;
    sum[i] = static_cast<char>('0' + digit % 10);
    carry = digit / 10;
  }
  sum[0] = static_cast<char>('0' + carry);
  return sum;
}

// The larger one first.
std::string subtracted(const std::string& a, const std::string& b) {
  std::string difference = a;
  int borrow = 0;
  for (std::size_t i = a.size(); i > 0; --i) {
    int digit = (a[i - 1] - '0') - (b[i - 1] - '0') - borrow;
    borrow = digit < 0 ? 1 : 0;
    if (digit < 0) digit += 10;
    difference[i - 1] = static_cast<char>('0' + digit);
  }
  return difference;
}

}  // namespace

Decimal::Decimal(bool negative, std::string_view digits, std::int64_t exponent) {
  const std::size_t first = digits.find_first_not_of('0');
  if (first == std::string_view::npos) return;
  const std::size_t last = digits.find_last_not_of('0');
  negative_ = negative;
  exponent_ = exponent + static_cast<std::int64_t>(digits.size() - 1 - last);
  digits_ = digits.substr(first, last - first + 1);
}

Decimal Decimal::of(std::int64_t number) {
  const std::string text = std::to_string(number);
  return {number < 0, std::string_view(text).substr(number < 0 ? 1 : 0), 0};
}

int Decimal::compare(const Decimal& other) const {
  const auto sign = [](const Decimal& number) { return number.is_zero() ? 0 : number.negative_ ? -1 : 1; };
  if (sign(*this) != sign(other)) return sign(*this) < sign(other) ? -1 : 1;
  const std::int64_t length = static_cast<std::int64_t>(digits_.size()) + exponent_;
  const std::int64_t other_length = static_cast<std::int64_t>(other.digits_.size()) + other.exponent_;
  const int order =
      length != other_length ? (length < other_length ? -1 : 1) : digits_.compare(other.digits_);
  const int magnitude = is_zero() || order == 0 ? 0 : order < 0 ? -1 : 1;
  return negative_ ? -magnitude : magnitude;
}

std::optional<Decimal> Decimal::plus(const Decimal& other) const {
  if (is_zero()) return other;
  if (other.is_zero()) return *this;
  const std::int64_t low = std::min(exponent_, other.exponent_);
  if (exponent_ - low > kMostDigits || other.exponent_ - low > kMostDigits) return std::nullopt;
  std::string a = digits_ + std::string(static_cast<std::size_t>(exponent_ - low), '0');
  std::string b = other.digits_ + std::string(static_cast<std::size_t>(other.exponent_ - low), '0');
  const std::size_t size = std::max(a.size(), b.size());
  a.insert(0, size - a.size(), '0');
  b.insert(0, size - b.size(), '0');
  if (negative_ == other.negative_) return Decimal(negative_, added(a, b), low);
  return a < b ? Decimal(other.negative_, subtracted(b, a), low) : Decimal(negative_, subtracted(a, b), low);
}

Decimal Decimal::times(unsigned factor) const {
  std::string product;
  unsigned carry = 0;
  for (auto digit = digits_.rbegin(); digit != digits_.rend() || carry > 0;) {
    if (digit != digits_.rend()) carry += static_cast<unsigned>(*digit++ - '0') * factor;
    product += static_cast<char>('0' + carry % 10);
    carry /= 10;
  }
  std::reverse(product.begin(), product.end());
  return {negative_, product, exponent_};
}

Decimal Decimal::rounded(int places) const {
  const std::int64_t dropped = -places - exponent_;
  if (is_zero() || dropped <= 0) return *this;
  const std::size_t kept = static_cast<std::uint64_t>(dropped) < digits_.size()
                               ? digits_.size() - static_cast<std::size_t>(dropped)
                               : 0;
  // What is dropped is not zero, for the last digit is not.
  const Decimal down(negative_, std::string_view(digits_).substr(0, kept), -places);
  return down.plus({negative_, "1", -places}).value_or(down);
}

std::optional<std::int64_t> Decimal::scaled(std::int64_t scale) const {
  constexpr std::int64_t kLongest = 19;
  if (is_zero()) return 0;
  if (exponent_ < scale || exponent_ - scale > kLongest) return std::nullopt;
  const std::string text =
      (negative_ ? "-" : "") + digits_ + std::string(static_cast<std::size_t>(exponent_ - scale), '0');
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

double Decimal::approximate() const {
  const std::string text =
      (negative_ ? "-" : "") + (is_zero() ? "0" : digits_) + "e" + std::to_string(exponent_);
  return std::strtod(text.c_str(), nullptr);
}

}  // namespace cw::apiserver
