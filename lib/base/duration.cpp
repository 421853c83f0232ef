#include "lib/base/duration.h"

#include <array>
#include <cstdint>
#include <optional>

#include "lib/base/ascii.h"

namespace cw {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t nanoseconds;
};

// Longest names first, so that "ms" is not read as "m".
constexpr std::array<Unit, 8> kUnits{{{"ns", 1},
                                      {"us", 1000},
                                      {"\u00b5s", 1000},  // U+00B5 micro sign
                                      {"\u03bcs", 1000},  // U+03BC Greek mu
                                      {"ms", 1000000},
                                      {"s", 1000000000},
                                      {"m", 60ULL * 1000000000},
                                      {"h", 3600ULL * 1000000000}}};
constexpr std::uint64_t kLimit = 1ULL << 63U;

std::optional<std::uint64_t> take_integer(std::string_view& text) {
  std::uint64_t value = 0;
  while (!text.empty() && is_digit(text.front())) {
    if (value > kLimit / 10) return std::nullopt;
    value = value * 10 + static_cast<std::uint64_t>(text.front() - '0');
    if (value > kLimit) return std::nullopt;
    text.remove_prefix(1);
  }
  return value;
}

struct Fraction {
  std::uint64_t value = 0;
  double scale = 1;
};

// Digits beyond what fits are read and dropped, as Go does.
Fraction take_fraction(std::string_view& text) {
  Fraction fraction;
  bool overflow = false;
  while (!text.empty() && is_digit(text.front())) {
    const auto digit = static_cast<std::uint64_t>(text.front() - '0');
    text.remove_prefix(1);
    if (overflow) continue;
    if (fraction.value > (kLimit - 1) / 10 || fraction.value * 10 + digit > kLimit) {
      overflow = true;
      continue;
    }
    fraction.value = fraction.value * 10 + digit;
    fraction.scale *= 10;
  }
  return fraction;
}

std::optional<std::uint64_t> take_unit(std::string_view& text) {
  std::size_t length = 0;
  while (length < text.size() && text[length] != '.' && !is_digit(text[length])) ++length;
  const std::string_view name = text.substr(0, length);
  text.remove_prefix(length);
  for (const Unit& unit : kUnits) {
    if (unit.name == name) return unit.nanoseconds;
  }
  return std::nullopt;
}

// One "<number><unit>" term in nanoseconds.
std::optional<std::uint64_t> take_term(std::string_view& text) {
  const std::size_t before = text.size();
  const auto whole = take_integer(text);
  if (!whole) return std::nullopt;
  const bool has_whole = text.size() != before;
  Fraction fraction;
  bool has_fraction = false;
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    const std::size_t digits = text.size();
    fraction = take_fraction(text);
    has_fraction = text.size() != digits;
  }
  if (!has_whole && !has_fraction) return std::nullopt;
  const auto unit = take_unit(text);
  if (!unit || *whole > kLimit / *unit) return std::nullopt;
  std::uint64_t value = *whole * *unit;
  if (fraction.value > 0) {
    value += static_cast<std::uint64_t>(static_cast<double>(fraction.value) *
                                        (static_cast<double>(*unit) / fraction.scale));
    if (value > kLimit) return std::nullopt;
  }
  return value;
}

// "12.5" without trailing zeros; `digits` is how many decimals the remainder has.
std::string with_fraction(std::uint64_t whole, std::uint64_t rest, int digits) {
  std::string tail = std::to_string(rest);
  tail.insert(0, static_cast<std::size_t>(digits) - tail.size(), '0');
  while (!tail.empty() && tail.back() == '0') tail.pop_back();
  return std::to_string(whole) + (tail.empty() ? "" : "." + tail);
}

}  // namespace

Result<Duration> parse_duration(std::string_view text) {
  const Error invalid{Code::Invalid, "invalid duration \"" + std::string(text) + "\""};
  bool negative = false;
  std::string_view rest = text;
  if (!rest.empty() && (rest.front() == '-' || rest.front() == '+')) {
    negative = rest.front() == '-';
    rest.remove_prefix(1);
  }
  if (rest == "0") return Duration::zero();
  if (rest.empty()) return invalid;
  std::uint64_t total = 0;
  while (!rest.empty()) {
    const auto term = take_term(rest);
    if (!term) return invalid;
    total += *term;
    if (total > kLimit) return invalid;
  }
  if (negative) return Duration(static_cast<std::int64_t>(~total + 1));
  if (total > kLimit - 1) return invalid;
  return Duration(static_cast<std::int64_t>(total));
}

std::string format_duration(Duration duration) {
  const std::int64_t count = duration.count();
  const std::uint64_t total =
      count < 0 ? ~static_cast<std::uint64_t>(count) + 1 : static_cast<std::uint64_t>(count);
  const std::string sign = count < 0 ? "-" : "";
  if (total == 0) return "0s";
  if (total < 1000) return sign + std::to_string(total) + "ns";
  if (total < 1000000) return sign + with_fraction(total / 1000, total % 1000, 3) + "\u00b5s";
  if (total < 1000000000) return sign + with_fraction(total / 1000000, total % 1000000, 6) + "ms";
  const std::uint64_t seconds = total / 1000000000;
  std::string out = with_fraction(seconds % 60, total % 1000000000, 9) + "s";
  if (seconds >= 60) out = std::to_string(seconds / 60 % 60) + "m" + out;
  if (seconds >= 3600) out = std::to_string(seconds / 3600) + "h" + out;
  return sign + out;
}

}  // namespace cw
