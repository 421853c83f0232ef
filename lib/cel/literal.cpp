#include "lib/cel/literal.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "lib/base/ascii.h"
#include "lib/cel/text.h"

namespace cw::cel {
namespace {

constexpr std::string_view kEscaped = "abfnrtv\\'\"`?";
constexpr std::string_view kMeant = "\a\b\f\n\r\t\v\\'\"`?";

std::string with_plain_line_ends(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r') {
      plain += text[i];
    } else if (text.substr(i + 1, 1) != "\n") {
      plain += '\n';
    }
  }
  return plain;
}

// `count` digits at the front of the text, taken off it.
std::optional<std::uint32_t> take_digits(std::string_view& text, std::size_t count, int base) {
  if (text.size() < count) return std::nullopt;
  std::uint32_t value = 0;
  const char* end = text.data() + count;
  const auto [stop, problem] = std::from_chars(text.data(), end, value, base);
  if (problem != std::errc() || stop != end) return std::nullopt;
  text.remove_prefix(count);
  return value;
}

struct Escape {
  std::uint32_t value = 0;
  bool is_byte = false;
};

// After the backslash.
std::optional<Escape> take_escape(std::string_view& text, bool bytes) {
  if (text.empty()) return std::nullopt;
  const char kind = text.front();
  if (const std::size_t plain = kEscaped.find(kind); plain != std::string_view::npos) {
    text.remove_prefix(1);
    return Escape{static_cast<std::uint32_t>(kMeant[plain]), false};
  }
  if (kind >= '0' && kind <= '3') {
    const auto value = take_digits(text, 3, 8);
    return value ? std::optional(Escape{*value, bytes}) : std::nullopt;
  }
  const std::size_t digits = kind == 'x' || kind == 'X' ? 2 : kind == 'u' ? 4 : kind == 'U' ? 8 : 0;
  if (digits == 0 || (bytes && digits != 2)) return std::nullopt;
  text.remove_prefix(1);
  const auto value = take_digits(text, digits, 16);
  if (!value || !is_character(*value)) return std::nullopt;
  return Escape{*value, bytes};
}

template <typename Number>
std::optional<Number> whole(std::string_view text, int base) {
  Number value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, value, base);
  if (problem != std::errc() || stop != end || text.empty()) return std::nullopt;
  return value;
}

// "0x" after an optional sign, taken out.
std::optional<std::string> without_prefix(std::string_view text) {
  const std::size_t sign = text.starts_with('-') ? 1 : 0;
  if (!text.substr(sign).starts_with("0x")) return std::nullopt;
  return std::string(text.substr(0, sign)) + std::string(text.substr(sign + 2));
}

std::optional<double> real(std::string_view text, std::chars_format format, bool negative) {
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, value, format);
  if (stop != end || text.empty()) return std::nullopt;
  if (problem == std::errc::result_out_of_range) {
    const std::string spelled = (format == std::chars_format::hex ? "0x" : "") + std::string(text);
    value = std::strtod(spelled.c_str(), nullptr);
    if (std::fabs(value) > 1) return std::nullopt;
  } else if (problem != std::errc()) {
    return std::nullopt;
  }
  return negative ? -value : value;
}

bool underscores_between_digits(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '_') continue;
    if (i == 0 || i + 1 == text.size()) return false;
    if (!is_alphanumeric(text[i - 1]) || !is_alphanumeric(text[i + 1])) return false;
  }
  return true;
}

}  // namespace

std::optional<std::string> unquoted(std::string_view literal) {
  const bool bytes = lower_case(literal.front()) == 'b';
  if (bytes) literal.remove_prefix(1);
  const bool raw = lower_case(literal.front()) == 'r';
  if (raw) literal.remove_prefix(1);
  const char mark = literal.front();
  const bool triple = literal.size() >= 6 && literal[1] == mark && literal[2] == mark;
  const std::size_t quotes = triple ? 3 : 1;
  const std::string content = with_plain_line_ends(literal.substr(quotes, literal.size() - 2 * quotes));
  if (raw) return content;
  std::string_view rest = content;
  std::string text;
  text.reserve(rest.size());
  while (!rest.empty()) {
    const std::size_t plain = std::min(rest.find('\\'), rest.size());
    text += rest.substr(0, plain);
    rest.remove_prefix(plain);
    if (rest.empty()) break;
    rest.remove_prefix(1);
    const auto escape = take_escape(rest, bytes);
    if (!escape) return std::nullopt;
    if (escape->is_byte) {
      text += static_cast<char>(escape->value);
    } else {
      append_character(text, escape->value);
    }
  }
  return text;
}

std::optional<std::int64_t> parse_int(std::string_view text, bool hex) {
  if (!hex) return whole<std::int64_t>(text, 10);
  const auto digits = without_prefix(text);
  return digits ? whole<std::int64_t>(*digits, 16) : std::nullopt;
}

std::optional<std::uint64_t> parse_uint(std::string_view text, bool hex) {
  if (!hex) return whole<std::uint64_t>(text, 10);
  const auto digits = without_prefix(text);
  return digits ? whole<std::uint64_t>(*digits, 16) : std::nullopt;
}

std::optional<double> parse_decimal(std::string_view text) {
  const bool negative = text.starts_with('-');
  return real(text.substr(negative ? 1 : 0), std::chars_format::general, negative);
}

std::optional<std::int64_t> go_int(std::string_view text) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return std::nullopt;
  }
  return whole<std::int64_t>(text, 10);
}

std::optional<std::uint64_t> go_uint(std::string_view text) { return whole<std::uint64_t>(text, 10); }

std::optional<double> go_double(std::string_view text) {
  const bool signed_text = text.starts_with('+') || text.starts_with('-');
  const bool negative = text.starts_with('-');
  if (signed_text) text.remove_prefix(1);
  std::string lower = lower_case(text);
  if (lower == "inf" || lower == "infinity") return negative ? -HUGE_VAL : HUGE_VAL;
  if (lower == "nan" && !signed_text) return std::nan("");
  if (!underscores_between_digits(lower)) return std::nullopt;
  std::erase(lower, '_');
  const bool hex = lower.starts_with("0x");
  const std::string_view digits = std::string_view(lower).substr(hex ? 2 : 0);
  if (digits.empty() || !(digits.front() == '.' || is_alphanumeric(digits.front()))) return std::nullopt;
  if (hex && digits.find('p') == std::string_view::npos) return std::nullopt;
  if (!hex && !is_digit(digits.front()) && digits.front() != '.') return std::nullopt;
  return real(digits, hex ? std::chars_format::hex : std::chars_format::general, negative);
}

std::optional<bool> go_bool(std::string_view text) {
  for (const std::string_view yes : {"1", "t", "T", "TRUE", "true", "True"}) {
    if (text == yes) return true;
  }
  for (const std::string_view no : {"0", "f", "F", "FALSE", "false", "False"}) {
    if (text == no) return false;
  }
  return std::nullopt;
}

}  // namespace cw::cel
