#include "lib/cel/older_format.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "lib/base/ascii.h"
#include "lib/cel/moment.h"

namespace cw::cel {

bool older_accepts(char clause, Kind kind) {
  const bool whole = kind == Kind::Int || kind == Kind::Uint;
  if (clause == 'd') return whole;
  if (clause == 'f' || clause == 'e') return kind == Kind::Double;
  return clause_accepts(clause, kind);
}

std::string older_problem(char clause, std::string_view type_name) {
  const char* what = clause == 'b'   ? "only integers and bools can be formatted as binary"
                     : clause == 'd' ? "decimal clause can only be used on integers"
                     : clause == 'f' ? "fixed-point clause can only be used on doubles"
                     : clause == 'o' ? "octal clause can only be used on integers"
                     : clause == 'e' ? "scientific clause can only be used on doubles"
                     : clause == 's'
                         ? "string clause can only be used on strings, bools, bytes, ints, doubles, "
                           "maps, lists, types, durations, and timestamps"
                         : "only integers, byte buffers, and strings can be formatted as hex";
  return std::string("error during formatting: ") + what + ", was given " + std::string(type_name);
}

std::string older_real(double number, const Clause& clause) {
  constexpr std::array<std::string_view, 10> kRaised{"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  if (!std::isfinite(number)) return plain_decimal(number);
  std::array<char, 512> digits{};
  (void)std::snprintf(digits.data(), digits.size(), clause.kind == 'f' ? "%.*f" : "%.*e", clause.precision,
                      number);
  std::string text = digits.data();
  if (clause.kind == 'f') {
    const std::size_t start = text.starts_with('-') ? 1 : 0;
    for (std::size_t at = std::min(text.find('.'), text.size()); at > start + 3;) text.insert(at -= 3, ",");
    return text;
  }
  const std::size_t mark = text.find('e');
  std::string shown = text.substr(0, mark) + "\u202f×\u202f10";
  for (const char c : text.substr(mark + 1)) {
    if (c == '-') shown += "⁻";
    if (is_digit(c)) shown += kRaised[static_cast<std::size_t>(c - '0')];
  }
  return shown;
}

}  // namespace cw::cel
