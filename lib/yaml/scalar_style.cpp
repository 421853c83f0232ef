#include "lib/yaml/scalar_style.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <nlohmann/json.hpp>

#include "lib/base/ascii.h"
#include "lib/yaml/plain_scalar.h"

namespace cw::yaml {
namespace {

unsigned byte_at(std::string_view text, std::size_t at) {
  return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
}

// Takes a number of at most `most` digits off the text; -1: there is none.
int take_number(std::string_view& text, std::size_t most) {
  std::size_t digits = 0;
  while (digits < std::min(most, text.size()) && is_digit(text[digits])) ++digits;
  int number = -1;
  if (digits > 0) std::from_chars(text.data(), text.data() + digits, number);
  text.remove_prefix(digits);
  return number;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

int days_of(int year, int month) {
  constexpr std::array<int, 12> kDays{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return kDays[static_cast<std::size_t>(month - 1)] + (month == 2 && leap ? 1 : 0);
}

bool take_day(std::string_view& text) {
  const int year = take_number(text, 4);
  if (year < 0 || !take(text, '-')) return false;
  const int month = take_number(text, 2);
  if (month < 1 || month > 12 || !take(text, '-')) return false;
  const int day = take_number(text, 2);
  return day >= 1 && day <= days_of(year, month);
}

bool take_clock(std::string_view& text) {
  const int hour = take_number(text, 2);
  if (hour < 0 || hour > 23 || !take(text, ':')) return false;
  const int minute = take_number(text, 2);
  if (minute < 0 || minute > 59 || !take(text, ':')) return false;
  const int second = take_number(text, 2);
  if (second < 0 || second > 59) return false;
  if (text.size() > 1 && (text[0] == '.' || text[0] == ',') && is_digit(text[1])) {
    text.remove_prefix(1);
    while (!text.empty() && is_digit(text[0])) text.remove_prefix(1);
  }
  return true;
}

bool is_zone(std::string_view text) {
  if (text == "Z") return true;
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return false;
  text.remove_prefix(1);
  const int hours = take_number(text, 2);
  text.remove_prefix(1);
  const int minutes = take_number(text, 2);
  return hours >= 0 && hours <= 24 && minutes >= 0 && minutes <= 60 && text.empty();
}

bool is_time(std::string_view text) {
  const auto starts_with_year = [&] {
    return text.size() > 4 && text[4] == '-' &&
           std::all_of(text.begin(), text.begin() + 4, [](char c) { return is_digit(c); });
  };
  if (!starts_with_year() || !take_day(text)) return false;
  if (text.empty()) return true;
  if (take(text, ' ')) return take_clock(text) && text.empty();
  return (take(text, 'T') || take(text, 't')) && take_clock(text) && is_zone(text);
}

// "12:30:45": a number in base 60 for readers of YAML 1.1.
bool is_base60(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  if (text.empty() || !is_digit(text[0])) return false;
  while (!text.empty() && (is_digit(text[0]) || text[0] == '_')) text.remove_prefix(1);
  bool has_part = false;
  while (take(text, ':')) {
    const int part = take_number(text, 2);
    if (part < 0 || part > 59) return false;
    has_part = true;
  }
  if (has_part && take(text, '.')) {
    while (!text.empty() && (is_digit(text[0]) || text[0] == '_')) text.remove_prefix(1);
  }
  return has_part && text.empty();
}

bool is_blank_at(std::string_view text, std::size_t at) { return text[at] == ' ' || text[at] == '\t'; }

// A character that means something to YAML where it stands.
bool is_indicator(std::string_view text, std::size_t at, bool after_space) {
  constexpr std::string_view kAtStart = "#,[]{}&*!|>'\"%@`";
  const bool before_space = at + 1 >= text.size() || is_blank_at(text, at + 1);
  const char c = text[at];
  if (at == 0) {
    return kAtStart.find(c) != std::string_view::npos || ((c == '?' || c == ':' || c == '-') && before_space);
  }
  return (c == ':' && before_space) || (c == '#' && after_space);
}

}  // namespace

std::size_t width_at(std::string_view text, std::size_t at) {
  const unsigned byte = byte_at(text, at);
  return byte < 0x80U ? 1 : byte < 0xE0U ? 2 : byte < 0xF0U ? 3 : 4;
}

bool is_break_at(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(std::min(at, text.size()));
  return rest.starts_with('\r') || rest.starts_with('\n') || rest.starts_with("\xC2\x85") ||
         rest.starts_with("\xE2\x80\xA8") || rest.starts_with("\xE2\x80\xA9");
}

// go-yaml counts nothing above U+FFFF as printable.
bool is_printable_at(std::string_view text, std::size_t at) {
  const unsigned first = byte_at(text, at);
  const unsigned second = byte_at(text, at + 1);
  const unsigned third = byte_at(text, at + 2);
  if (first == 0x0AU || (first >= 0x20U && first <= 0x7EU)) return true;
  if (first == 0xC2U) return second >= 0xA0U;
  if (first == 0xEDU) return second < 0xA0U;
  if (first == 0xEFU) {
    const bool mark = second == 0xBBU && third == 0xBFU;
    return !mark && !(second == 0xBFU && third >= 0xBEU);
  }
  return first > 0xC2U && first <= 0xEEU;
}

TextShape shape_of(std::string_view text) {
  TextShape shape;
  if (text.empty()) return {.literal = false};
  bool indicators = text.starts_with("---") || text.starts_with("...");
  bool special = false;
  bool edge = false;  // a space or a line break at the start or the end
  bool break_space = false;
  bool space_break = false;
  bool after_space = false;
  bool after_break = false;
  bool after_white = true;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t width = width_at(text, i);
    const bool space = text[i] == ' ';
    const bool line_break = is_break_at(text, i);
    const bool last = i + width >= text.size();
    indicators = indicators || is_indicator(text, i, after_white);
    special = special || !is_printable_at(text, i);
    edge = edge || ((space || line_break) && (i == 0 || last));
    break_space = break_space || (space && after_break);
    space_break = space_break || (line_break && after_space);
    shape.multiline = shape.multiline || line_break;
    if (space && last) shape.literal = false;
    after_space = space;
    after_break = line_break;
    after_white = space || line_break || text[i] == '\t' || text[i] == '\0';
    i += width;
  }
  shape.plain = !indicators && !edge && !break_space && !space_break && !special && !shape.multiline;
  shape.single_quoted = !break_space && !space_break && !special;
  shape.literal = shape.literal && !space_break && !special;
  return shape;
}

bool reads_as_other_type(std::string_view text) {
  return !plain_scalar(text).is_string() || is_time(text) || is_base60(text);
}

ScalarStyle style_of(std::string_view text, const TextShape& shape, bool is_simple_key) {
  if (is_simple_key && shape.multiline) return ScalarStyle::DoubleQuoted;
  if (text.find('\n') != std::string_view::npos) {
    return shape.literal && !is_simple_key ? ScalarStyle::Literal : ScalarStyle::DoubleQuoted;
  }
  if (reads_as_other_type(text)) return ScalarStyle::DoubleQuoted;
  if (shape.plain) return ScalarStyle::Plain;
  return shape.single_quoted ? ScalarStyle::SingleQuoted : ScalarStyle::DoubleQuoted;
}

}  // namespace cw::yaml
