#include "lib/yaml/plain_scalar.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>

#include <nlohmann/json.hpp>

#include "lib/base/encoding.h"

namespace cw::yaml {
namespace {

using kube::Json;

constexpr std::array<std::string_view, 11> kTrue = {"y",    "Y",    "yes", "Yes", "YES", "true",
                                                    "True", "TRUE", "on",  "On",  "ON"};
constexpr std::array<std::string_view, 11> kFalse = {"n",     "N",     "no",  "No",  "NO", "false",
                                                     "False", "FALSE", "off", "Off", "OFF"};
constexpr std::array<std::string_view, 5> kNull = {"", "~", "null", "Null", "NULL"};
constexpr std::array<std::string_view, 3> kNaN = {".nan", ".NaN", ".NAN"};
constexpr std::array<std::string_view, 3> kInfinity = {".inf", ".Inf", ".INF"};
constexpr std::string_view kYamlTags = "tag:yaml.org,2002:";
constexpr std::string_view kPlainStart = "+-.0123456789";

template <typename List>
bool holds(const List& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

// Takes a prefix off the text and answers the base that it stands for.
int take_base(std::string_view& digits) {
  if (digits.size() < 2 || digits[0] != '0') return 10;
  const char letter = static_cast<char>(digits[1] | 0x20);
  const int base = letter == 'x' ? 16 : letter == 'o' ? 8 : letter == 'b' ? 2 : 0;
  digits.remove_prefix(base == 0 ? 1 : 2);
  return base == 0 ? 8 : base;
}

std::optional<Json> find_integer(std::string_view text) {
  const bool negative = text.starts_with('-');
  std::string_view digits = text.substr(negative || text.starts_with('+') ? 1 : 0);
  const int base = take_base(digits);
  std::uint64_t size = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), size, base);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  constexpr std::uint64_t kLimit = std::uint64_t{1} << 63U;
  if (negative && size > kLimit) return std::nullopt;
  if (negative) return Json(static_cast<std::int64_t>(-size));
  return size < kLimit ? Json(static_cast<std::int64_t>(size)) : Json(size);
}

bool looks_like_float(std::string_view text) {
  const std::size_t digit = text.find_first_of("0123456789");
  return digit != std::string_view::npos && digit <= 2 &&
         text.find_first_not_of("+-.0123456789eE") == std::string_view::npos;
}

// Go writes a whole number without a fraction, so the API server reads it as an integer.
Json number_of(double number) {
  constexpr double kLimit = 9007199254740992.0;  // 2^53
  if (std::abs(number) < kLimit && std::trunc(number) == number) return static_cast<std::int64_t>(number);
  return number;
}

std::optional<Json> find_float(std::string_view text) {
  if (!looks_like_float(text)) return std::nullopt;
  const std::string_view digits = text.substr(text.starts_with('+') ? 1 : 0);
  double number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return number_of(number);
}

std::optional<Json> find_special(std::string_view text) {
  using Limits = std::numeric_limits<double>;
  if (holds(kNaN, text)) return Json(Limits::quiet_NaN());
  const bool negative = text.starts_with('-');
  const std::string_view name = text.substr(negative || text.starts_with('+') ? 1 : 0);
  if (!holds(kInfinity, name)) return std::nullopt;
  return Json(negative ? -Limits::infinity() : Limits::infinity());
}

Error mismatch(std::string_view type) {
  return {Code::Invalid, "is not of its tag's type " + std::string(type)};
}

}  // namespace

Json plain_scalar(std::string_view text) {
  if (holds(kNull, text)) return nullptr;
  if (holds(kTrue, text)) return true;
  if (holds(kFalse, text)) return false;
  if (kPlainStart.find(text[0]) == std::string_view::npos) return std::string(text);
  if (auto special = find_special(text)) return *std::move(special);
  std::string number(text);
  std::erase(number, '_');
  if (auto integer = find_integer(number)) return *std::move(integer);
  if (auto real = find_float(number)) return *std::move(real);
  return std::string(text);
}

Result<Json> tagged_scalar(std::string_view tag, std::string_view text) {
  if (!tag.starts_with(kYamlTags)) return Json(std::string(text));
  const std::string_view type = tag.substr(kYamlTags.size());
  if (type == "binary") {
    auto bytes = decode_base64(text);
    if (!bytes) return Error{Code::Invalid, "is not base64, as its tag !!binary says"};
    if (!is_valid_utf8(*bytes)) return Error{Code::Invalid, "is binary, which JSON cannot hold"};
    return Json(*std::move(bytes));
  }
  const bool typed = type == "int" || type == "float" || type == "bool" || type == "null";
  if (!typed) return Json(std::string(text));
  Json value = plain_scalar(text);
  if (type == "float" ? value.is_number() : type == "int" ? value.is_number_integer() : false) return value;
  if (type == "bool" ? value.is_boolean() : type == "null" ? value.is_null() : false) return value;
  return mismatch(type);
}

std::optional<std::string> key_name(const Json& key, std::string_view text) {
  if (key.is_null()) return std::nullopt;
  return key.is_string()                       ? key.get<std::string>()
         : key.is_boolean() || key.is_number() ? key.dump()
                                               : std::string(text);
}

}  // namespace cw::yaml
