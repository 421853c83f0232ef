#include "lib/cel/format_value.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <utility>
#include <vector>

#include "lib/cel/moment.h"

namespace cw::cel {
namespace {

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

// As CEL spells it.
bool append_spelled(Evaluation& run, const Value& value, std::string& to) {
  if (const auto* real = value.as<double>(); real != nullptr && std::isfinite(*real)) {
    std::array<char, 512> digits{};
    (void)std::snprintf(digits.data(), digits.size(), "%.6f", *real);
    to += digits.data();
    return run.work(400);
  }
  std::string text;
  if (!append_value(run, ValueForm::Older, value, text)) return false;
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

bool append_within(Evaluation& run, ValueForm form, const Value& value, std::string& to) {
  return form == ValueForm::Older ? append_spelled(run, value, to) : append_value(run, form, value, to);
}

bool append_list(Evaluation& run, ValueForm form, const ListValue& list, std::string& to) {
  to += '[';
  for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
    if (i > 0) to += ", ";
    if (!append_within(run, form, (*list)[i], to)) return false;
  }
  to += ']';
  return true;
}

bool append_map(Evaluation& run, ValueForm form, const MapValue& map, std::string& to) {
  std::vector<std::pair<std::string, std::string>> entries;
  for (std::size_t i = 0; map.entries != nullptr && i < map.entries->size(); ++i) {
    entries.emplace_back();
    if (!append_within(run, form, (*map.entries)[i].first, entries.back().first)) return false;
    if (!append_within(run, form, (*map.entries)[i].second, entries.back().second)) return false;
    if (!run.work(200)) return false;
  }
  std::stable_sort(entries.begin(), entries.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  to += '{';
  for (std::size_t i = 0; i < entries.size(); ++i) {
    to.append(i > 0 ? ", " : "").append(entries[i].first);
    to.append(form == ValueForm::Older ? ":" : ": ").append(entries[i].second);
  }
  to += '}';
  return true;
}

}  // namespace

bool append_value(Evaluation& run, ValueForm form, const Value& value, std::string& to) {
  const bool is_older = form == ValueForm::Older;
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
    to += is_older ? shortest_decimal(*real) : plain_decimal(*real);
  } else if (const Text* text = value.as<Text>()) {
    to += view(*text);
  } else if (const BytesValue* bytes = value.as<BytesValue>()) {
    to += view(bytes->bytes);
  } else if (const ListValue* list = value.as<ListValue>()) {
    written = append_list(run, form, *list, to);
  } else if (const MapValue* map = value.as<MapValue>()) {
    written = append_map(run, form, *map, to);
  } else if (const auto* duration = value.as<DurationValue>()) {
    to += duration_text(*duration);
  } else if (const auto* time = value.as<TimestampValue>()) {
    to += timestamp_text({time->seconds, time->nanos, is_older ? time->offset : 0});
  } else if (const TypeValue* type = value.as<TypeValue>()) {
    to += type->name;
  } else {
    return false;
  }
  return written && to.size() <= kMaxFormatted && run.work(20 + (to.size() - before) / 8);
}

}  // namespace cw::cel
