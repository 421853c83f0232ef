#include "apiserver/kinds/quantity.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

#include "lib/base/ascii.h"

namespace cw::apiserver {
namespace {

constexpr std::string_view kWrongForm =
    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
constexpr int kSmallestScale = -9;  // nano: what is finer is rounded up

enum class Suffixes : std::uint8_t { Decimal, Exponent, Binary };

struct Suffix {
  Suffixes family = Suffixes::Decimal;
  int exponent = 0;  // of ten, or of two
};

struct Split {
  bool negative = false;
  std::string digits;  // whole part and fraction
  int places = 0;      // of the fraction
  std::string_view suffix;
};

constexpr std::array<std::string_view, 10> kDecimal{"n", "u", "m", "", "k", "M", "G", "T", "P", "E"};
constexpr std::array<std::string_view, 6> kBinary{"Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};

std::string_view take_digits(std::string_view& text) {
  std::size_t end = 0;
  while (end < text.size() && is_digit(text[end])) ++end;
  const std::string_view digits = text.substr(0, end);
  text.remove_prefix(end);
  return digits;
}

Result<Split> split(std::string_view text) {
  const Error wrong{Code::Invalid, std::string(kWrongForm)};
  Split out;
  if (text.empty()) return wrong;
  if (text.front() == '-' || text.front() == '+') {
    out.negative = text.front() == '-';
    text.remove_prefix(1);
  }
  out.digits = take_digits(text);
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    const std::string_view fraction = take_digits(text);
    out.digits += fraction;
    out.places = static_cast<int>(fraction.size());
  }
  out.suffix = text;
  text.remove_prefix(std::min(text.find_first_not_of("eEinumkKMGTP"), text.size()));
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
  take_digits(text);
  if (!text.empty()) return wrong;
  return out;
}

std::optional<Suffix> read_suffix(std::string_view text) {
  for (std::size_t i = 0; i < kDecimal.size(); ++i) {
    if (kDecimal[i] == text) return Suffix{Suffixes::Decimal, static_cast<int>(i) * 3 - 9};
  }
  for (std::size_t i = 0; i < kBinary.size(); ++i) {
    if (kBinary[i] == text) return Suffix{Suffixes::Binary, static_cast<int>(i + 1) * 10};
  }
  if (text.size() < 2 || (text.front() != 'e' && text.front() != 'E')) return std::nullopt;
  Suffix out{Suffixes::Exponent, 0};
  const char* begin = text.data() + (text[1] == '+' ? 2 : 1);
  const auto [end, error] = std::from_chars(begin, text.data() + text.size(), out.exponent);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return out;
}

bool times(std::int64_t& value, std::int64_t factor) {
  return !__builtin_mul_overflow(value, factor, &value);
}

// value × 10^scale. False if it does not fit.
struct Amount {
  std::int64_t value = 0;
  int scale = 0;
  Suffixes family = Suffixes::Decimal;

  bool rescale(int wanted) {
    for (; scale > wanted; --scale) {
      if (!times(value, 10)) return false;
    }
    for (; scale < wanted; ++scale) value = value / 10 + (value % 10 > 0 ? 1 : 0);
    return true;
  }
};

std::optional<Amount> read_amount(const Split& split, const Suffix& suffix) {
  Amount out{0, -split.places, suffix.family};
  const char* end = split.digits.data() + split.digits.size();
  const auto [at, error] = std::from_chars(split.digits.data(), end, out.value);
  if (error != std::errc()) return std::nullopt;
  if (suffix.family == Suffixes::Binary) {
    if (!times(out.value, std::int64_t(1) << suffix.exponent)) return std::nullopt;
  } else {
    out.scale += suffix.exponent;
  }
  if (out.scale < kSmallestScale) out.rescale(kSmallestScale);
  if (split.negative) out.value = -out.value;
  return out;
}

std::string shown(Amount amount) {
  if (amount.value == 0) return "0";
  if (amount.family == Suffixes::Binary) {
    Amount whole = amount;
    while (whole.scale < 0 && whole.value % 10 == 0) {
      whole.value /= 10;
      ++whole.scale;
    }
    if (whole.scale == 0 && (whole.value <= -1024 || whole.value >= 1024)) {
      std::size_t steps = 0;
      while (whole.value % 1024 == 0 && steps < kBinary.size()) {
        whole.value /= 1024;
        ++steps;
      }
      return std::to_string(whole.value) + (steps > 0 ? std::string(kBinary[steps - 1]) : std::string());
    }
    amount.family = Suffixes::Decimal;  // nothing is lost
  }
  while (amount.value % 10 == 0) {
    amount.value /= 10;
    ++amount.scale;
  }
  const int below = ((amount.scale % 3) + 3) % 3;
  if (!amount.rescale(amount.scale - below)) return {};
  const std::string digits = std::to_string(amount.value);
  if (amount.family == Suffixes::Exponent) {
    return amount.scale == 0 ? digits : digits + "e" + std::to_string(amount.scale);
  }
  const auto index = static_cast<std::size_t>((amount.scale + 9) / 3);
  return index < kDecimal.size() ? digits + std::string(kDecimal[index]) : std::string();
}

std::optional<Amount> amount_of(std::string_view text) {
  const Result<Split> parts = split(text);
  const auto suffix = parts ? read_suffix(parts->suffix) : std::nullopt;
  return suffix ? read_amount(*parts, *suffix) : std::nullopt;
}

}  // namespace

Result<std::string> canonical_quantity(std::string_view text) {
  text = trimmed(text, " \t\r\n");
  const Split parts = TRY(split(text));
  const auto suffix = read_suffix(parts.suffix);
  if (!suffix) return Error{Code::Invalid, "unable to parse quantity's suffix"};
  if (parts.digits.empty()) return std::string("0");
  const auto amount = read_amount(parts, *suffix);
  std::string canonical = amount ? shown(*amount) : std::string();
  return canonical.empty() ? std::string(text) : canonical;
}

Result<QuantityParts> read_quantity(std::string_view text) {
  Split parts = TRY(split(text));
  const auto suffix = read_suffix(parts.suffix);
  if (!suffix) return Error{Code::Invalid, "unable to parse quantity's suffix"};
  return QuantityParts{parts.negative, std::move(parts.digits), parts.places,
                       suffix->family == Suffixes::Binary, suffix->exponent};
}

int quantity_sign(std::string_view canonical) {
  if (canonical.empty() || canonical == "0") return 0;
  return canonical.front() == '-' ? -1 : 1;
}

std::optional<int> compare_quantities(std::string_view a, std::string_view b) {
  constexpr int kMilli = -3;
  std::optional<Amount> first = amount_of(a);
  std::optional<Amount> second = amount_of(b);
  if (!first || !second || !first->rescale(kMilli) || !second->rescale(kMilli)) return std::nullopt;
  return first->value < second->value ? -1 : first->value > second->value ? 1 : 0;
}

}  // namespace cw::apiserver
