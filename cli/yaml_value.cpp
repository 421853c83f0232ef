#include "cli/yaml_value.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

#include <nlohmann/json.hpp>
#include <yaml-cpp/yaml.h>

namespace cw::cli {
namespace {

using kube::Json;

constexpr std::array<std::string_view, 11> kTrue = {"y",    "Y",    "yes", "Yes", "YES", "true",
                                                    "True", "TRUE", "on",  "On",  "ON"};
constexpr std::array<std::string_view, 11> kFalse = {"n",     "N",     "no",  "No",  "NO", "false",
                                                     "False", "FALSE", "off", "Off", "OFF"};
constexpr std::array<std::string_view, 5> kNull = {"", "~", "null", "Null", "NULL"};

template <typename List>
bool holds(const List& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

std::string without_underscores(std::string_view text) {
  std::string result(text);
  std::erase(result, '_');
  return result;
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

std::optional<Json> find_float(std::string_view text) {
  if (!looks_like_float(text)) return std::nullopt;
  const std::string_view digits = text.substr(text.starts_with('+') ? 1 : 0);
  double number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return Json(number);
}

// yaml-cpp gives plain scalars the tag "?" and quoted ones "!".
Json scalar(const YAML::Node& node) {
  const std::string& tag = node.Tag();
  if (tag == "!" || tag == "tag:yaml.org,2002:str" || tag == "tag:yaml.org,2002:binary") return node.Scalar();
  return plain_scalar(node.Scalar());
}

std::string key_text(const YAML::Node& key) {
  const Json value = scalar(key);
  return value.is_string() || value.is_null() ? key.Scalar() : value.dump();
}

Place place_of(const YAML::Node& node) { return {node.Mark().line + 1, node.Mark().column + 1}; }

}  // namespace

Json plain_scalar(std::string_view text) {
  if (holds(kNull, text)) return nullptr;
  if (holds(kTrue, text)) return true;
  if (holds(kFalse, text)) return false;
  const std::string number = without_underscores(text);
  if (number.empty() || std::string_view("+-.0123456789").find(number[0]) == std::string_view::npos) {
    return std::string(text);
  }
  if (auto integer = find_integer(number)) return *std::move(integer);
  if (auto real = find_float(number)) return *std::move(real);
  return std::string(text);
}

std::optional<Json> YamlValueReader::read(const YAML::Node& document) {
  Json result;
  places_.add("", place_of(document));
  if (!value(document, {}, 0, result)) return std::nullopt;
  return result;
}

bool YamlValueReader::refuse(const YAML::Node& node, const std::string& path, std::string message) {
  problems_.push_back({place_of(node), path, std::move(message)});
  return false;
}

bool YamlValueReader::value(const YAML::Node& node, const std::string& path, int depth, Json& to) {
  if (depth > kube::kMaxJsonDepth) return refuse(node, path, "nested too deeply");
  if (++nodes_ > kMaxManifestNodes) return refuse(node, path, "too large, or aliases multiply it");
  if (node.IsMap()) return mapping(node, path, depth, to);
  if (node.IsSequence()) return sequence(node, path, depth, to);
  to = node.IsScalar() ? scalar(node) : Json(nullptr);
  return true;
}

bool YamlValueReader::sequence(const YAML::Node& node, const std::string& path, int depth, Json& to) {
  to = Json::array();
  std::size_t index = 0;
  for (const YAML::Node& item : node) {
    const std::string place = path + "[" + std::to_string(index++) + "]";
    places_.add(place, place_of(item));
    if (!value(item, place, depth + 1, to.emplace_back())) return false;
  }
  return true;
}

bool YamlValueReader::mapping(const YAML::Node& node, const std::string& path, int depth, Json& to) {
  to = Json::object();
  std::vector<YAML::Node> merged;
  for (const auto& member : node) {
    if (!member.first.IsScalar()) return refuse(member.first, path, "a key must be a scalar");
    const std::string key = key_text(member.first);
    if (key == "<<" && member.first.Tag() == "?") {
      merged.push_back(member.second);
      continue;
    }
    const std::string place = path.empty() ? key : path + "." + key;
    if (to.contains(key)) (void)refuse(member.first, place, "stands more than once");
    places_.add(place, place_of(member.first));
    if (!value(member.second, place, depth + 1, to[key])) return false;
  }
  return std::all_of(merged.begin(), merged.end(),
                     [&](const YAML::Node& source) { return merge(source, path, depth, to); });
}

// Members of the mapping itself win over those that are merged in.
bool YamlValueReader::merge(const YAML::Node& node, const std::string& path, int depth, Json& to) {
  if (node.IsSequence()) {
    return std::all_of(node.begin(), node.end(), [&](const YAML::Node& source) {
      return source.IsMap() ? merge(source, path, depth, to) : refuse(source, path, "<< must name mappings");
    });
  }
  if (!node.IsMap()) return refuse(node, path, "<< must name a mapping");
  Json source;
  if (!value(node, path, depth + 1, source)) return false;
  for (auto& [key, member] : source.items()) {
    if (!to.contains(key)) to[key] = std::move(member);
  }
  return true;
}

}  // namespace cw::cli
