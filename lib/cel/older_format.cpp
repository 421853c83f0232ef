#include "lib/cel/older_format.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <utility>
#include <vector>

#include "lib/base/ascii.h"
#include "lib/cel/moment.h"

namespace cw::cel {
namespace {

constexpr std::size_t kMaxResult = 8UL << 20;

std::string quoted(std::string_view text) {
  constexpr std::string_view kSpecial = "\a\b\f\n\r\t\v\\\"";
  constexpr std::string_view kLetters = "abfnrtv\\\"";
  std::string out = "\"";
  for (const char c : text) {
    const std::size_t special = kSpecial.find(c);
    if (special != std::string_view::npos) out += '\\';
    out += special == std::string_view::npos ? c : kLetters[special];
  }
  return out + '"';
}

// A value within a list or a map.
bool append_within(Evaluation& run, const Value& value, std::string& to) {
  std::string text;
  if (const auto* real = value.as<double>(); real != nullptr && std::isfinite(*real)) {
    std::array<char, 512> digits{};
    (void)std::snprintf(digits.data(), digits.size(), "%.6f", *real);
    to += digits.data();
    return run.work(400);
  }
  if (!append_older(run, value, text)) return false;
  if (value.as<Text>() != nullptr || value.as<double>() != nullptr) {
    to += quoted(text);
  } else if (value.as<BytesValue>() != nullptr) {
    to += "b" + quoted(text);
  } else if (value.as<TimestampValue>() != nullptr) {
    to += "timestamp(" + quoted(text) + ")";
  } else if (value.as<DurationValue>() != nullptr) {
    to += "duration(" + quoted(text) + ")";
  } else {
    to += text;
  }
  return run.work(20 + text.size() / 2);
}

bool append_list(Evaluation& run, const ListValue& list, std::string& to) {
  to += '[';
  for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
    if (i > 0) to += ", ";
    if (!append_within(run, (*list)[i], to)) return false;
  }
  to += ']';
  return true;
}

bool append_map(Evaluation& run, const MapValue& map, std::string& to) {
  std::vector<std::pair<std::string, std::string>> entries;
  for (std::size_t i = 0; map.entries != nullptr && i < map.entries->size(); ++i) {
    entries.emplace_back();
    if (!append_within(run, (*map.entries)[i].first, entries.back().first)) return false;
    if (!append_within(run, (*map.entries)[i].second, entries.back().second)) return false;
    if (!run.work(200)) return false;
  }
  std::stable_sort(entries.begin(), entries.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  to += '{';
  for (std::size_t i = 0; i < entries.size(); ++i) {
    to.append(i > 0 ? ", " : "").append(entries[i].first).append(":").append(entries[i].second);
  }
  to += '}';
  return true;
}

}  // namespace

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

bool append_older(Evaluation& run, const Value& value, std::string& to) {
  const std::size_t before = to.size();
  bool written = true;
  if (value.as<Null>() != nullptr) {
    to += "null";
  } else if (const bool* flag = value.as<bool>()) {
    to += *flag ? "true" : "false";
  } else if (const auto* number = value.as<std::int64_t>()) {
    to += std::to_string(*number);
  } else if (const auto* count = value.as<std::uint64_t>()) {
    to += std::to_string(*count);
  } else if (const auto* real = value.as<double>()) {
    to += shortest_decimal(*real);
  } else if (const Text* text = value.as<Text>()) {
    to += view(*text);
  } else if (const BytesValue* bytes = value.as<BytesValue>()) {
    to += view(bytes->bytes);
  } else if (const ListValue* list = value.as<ListValue>()) {
    written = append_list(run, *list, to);
  } else if (const MapValue* map = value.as<MapValue>()) {
    written = append_map(run, *map, to);
  } else if (const auto* duration = value.as<DurationValue>()) {
    to += duration_text(*duration);
  } else if (const auto* time = value.as<TimestampValue>()) {
    to += timestamp_text(*time);
  } else if (const TypeValue* type = value.as<TypeValue>()) {
    to += type->name;
  } else {
    return false;
  }
  return written && to.size() <= kMaxResult && run.work(20 + (to.size() - before) / 8);
}

}  // namespace cw::cel
