// semver(…). Source: k8s.io/apiserver pkg/cel/library/semverlib.go; semver.org, version 2.0.0.
#include <algorithm>
#include <charconv>

#include "apiserver/crd/cel_library.h"
#include "apiserver/plain_cel.h"
#include "lib/base/ascii.h"
#include "lib/base/split.h"
#include "lib/kube/field_error.h"

namespace cw::apiserver {
namespace {

using cel::Value;

constexpr std::size_t kNumbers = 3;  // in front; then the words of the prerelease. Build data does not count.

bool is_number(std::string_view text) { return std::all_of(text.begin(), text.end(), is_digit); }
bool is_word(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c == '-' || is_alphanumeric(c); });
}
bool has_leading_zeros(std::string_view text) { return text.size() > 1 && text[0] == '0'; }

Error wrong(std::string why) { return {Code::Invalid, std::move(why)}; }

Result<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size() && !text.empty()) return number;
  return wrong("strconv.ParseUint: parsing " + kube::quoted(text) + ": " +
               (text.empty() ? "invalid syntax" : "value out of range"));
}

Result<std::uint64_t> part(std::string_view text, std::string_view name, std::string_view capital) {
  if (!is_number(text))
    return wrong("Invalid character(s) found in " + std::string(name) + " number " + kube::quoted(text));
  if (has_leading_zeros(text))
    return wrong(std::string(capital) + " number must not contain leading zeroes " + kube::quoted(text));
  return number_of(text);
}

Value unsigned_value(std::uint64_t number) { return Value(Value::Variant(number)); }

Result<Value> prerelease_word(std::string_view text) {
  if (text.empty()) return wrong("Prerelease is empty");
  if (is_number(text)) {
    if (has_leading_zeros(text))
      return wrong("Numeric PreRelease version must not contain leading zeroes " + kube::quoted(text));
    return unsigned_value(TRY(number_of(text)));
  }
  if (!is_word(text)) return wrong("Invalid character(s) found in prerelease " + kube::quoted(text));
  return Value::of(text);
}

// What follows a mark, which is cut off with it.
std::vector<std::string_view> cut(std::string_view& text, char mark) {
  const std::size_t at = text.find(mark);
  if (at == std::string_view::npos) return {};
  auto parts = split(text.substr(at + 1), ".");
  text = text.substr(0, at);
  return parts;
}

Result<Value> parse(std::string_view text) {
  if (text.empty()) return wrong("Version string empty");
  const std::size_t first = text.find('.');
  const std::size_t second = first == std::string_view::npos ? first : text.find('.', first + 1);
  if (second == std::string_view::npos) return wrong("No Major.Minor.Patch elements found");
  std::vector<Value> fields{
      unsigned_value(TRY(part(text.substr(0, first), "major", "Major"))),
      unsigned_value(TRY(part(text.substr(first + 1, second - first - 1), "minor", "Minor")))};
  std::string_view rest = text.substr(second + 1);
  const auto build = cut(rest, '+');
  const auto prerelease = cut(rest, '-');
  fields.push_back(unsigned_value(TRY(part(rest, "patch", "Patch"))));
  for (const std::string_view word : prerelease) fields.push_back(TRY(prerelease_word(word)));
  for (const std::string_view word : build) {
    if (word.empty()) return wrong("Build meta data is empty");
    if (!is_word(word)) return wrong("Invalid character(s) found in build meta data " + kube::quoted(word));
  }
  return cel_object(kSemverType, std::move(fields));
}

// "v1.02" as "1.2.0".
Result<std::string> normalized(std::string_view text) {
  if (text.starts_with('v')) text.remove_prefix(1);
  std::vector<std::string> parts;
  while (parts.size() < 2 && text.find('.') != std::string_view::npos) {
    parts.emplace_back(text.substr(0, text.find('.')));
    text.remove_prefix(text.find('.') + 1);
  }
  parts.emplace_back(text);
  for (std::string& each : parts) {
    if (each.size() < 2) continue;
    each.erase(0, std::min(each.find_first_not_of('0'), each.size()));
    if (each.empty() || !is_digit(each[0])) each.insert(0, "0");
  }
  if (parts.size() < 3 && parts.back().find_first_of("+-") != std::string::npos)
    return wrong("short version cannot contain PreRelease/Build meta data");
  parts.resize(3, "0");
  return parts[0] + "." + parts[1] + "." + parts[2];
}

Result<Value> semver(const CelArguments& given) {
  const bool* normalize = given.size() > 1 ? given[1].as<bool>() : nullptr;
  if (normalize == nullptr || !*normalize) return parse(text_of(given[0]));
  return parse(TRY(normalized(text_of(given[0]))));
}

Result<Value> is_semver(const CelArguments& given) { return cel_bool(semver(given).has_value()); }

int compared(const Value& a, const Value& b) {
  const auto* left = a.as<std::uint64_t>();
  const auto* right = b.as<std::uint64_t>();
  if (left != nullptr && right != nullptr) return *left < *right ? -1 : *left > *right ? 1 : 0;
  if (left != nullptr || right != nullptr) return left != nullptr ? -1 : 1;
  const int order = text_of(a).compare(text_of(b));
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}

int order_of(const CelArguments& given) {
  const auto& a = *given[0].as<cel::ObjectValue>()->fields;
  const auto& b = *given[1].as<cel::ObjectValue>()->fields;
  for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
    // A prerelease comes before what it leads to, a longer one after a shorter one.
    if (i >= a.size() || i >= b.size()) {
      const int longer = i >= b.size() ? 1 : -1;
      return i == kNumbers ? -longer : longer;
    }
    if (const int order = compared(a[i], b[i]); order != 0) return order;
  }
  return 0;
}

template <std::size_t At>
Result<Value> number(const CelArguments& given) {
  return cel_int_value(static_cast<std::int64_t>(*cel_field(given[0], At).as<std::uint64_t>()));
}

constexpr CelRow kRows[] = {
    // NOLINT(modernize-avoid-c-arrays)
    {"semver", "s:V", semver, scan_cost},
    {"semver", "sb:V", semver, scan_cost},
    {"isSemver", "s:b", is_semver, scan_cost},
    {"isSemver", "sb:b", is_semver, scan_cost},
    {"isGreaterThan", ".VV:b",
     [](const CelArguments& given) -> Result<Value> { return cel_bool(order_of(given) > 0); }},
    {"isLessThan", ".VV:b",
     [](const CelArguments& given) -> Result<Value> { return cel_bool(order_of(given) < 0); }},
    {"compareTo", ".VV:i",
     [](const CelArguments& given) -> Result<Value> { return cel_int_value(order_of(given)); }},
    {"major", ".V:i", number<0>},
    {"minor", ".V:i", number<1>},
    {"patch", ".V:i", number<2>},
};

}  // namespace

std::span<const CelRow> semver_rows() { return kRows; }

}  // namespace cw::apiserver
