#include "apiserver/wire/go_words.h"

#include <array>
#include <charconv>
#include <cmath>

#include <nlohmann/json.hpp>

#include "lib/base/encoding.h"

namespace cw::apiserver {
namespace {

std::string number_text(double number) {
  std::array<char, 64> buffer{};
  constexpr double kExponentFrom = 1e21;
  const double size = std::abs(number);
  const bool exponent = size != 0 && (size < 1e-4 || size >= kExponentFrom);
  const auto format = exponent ? std::chars_format::scientific : std::chars_format::fixed;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, format);
  return {buffer.data(), end.ptr};
}

}  // namespace

std::string go_print(const nlohmann::json& value) {
  if (value.is_null()) return "<nil>";
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_float()) return number_text(value.get<double>());
  if (!value.is_structured()) return value.dump();
  std::string out = value.is_object() ? "map[" : "[";
  bool first = true;
  for (const auto& [key, child] : value.items()) {
    if (!first) out += ' ';
    first = false;
    if (value.is_object()) out += key + ":";
    out += go_print(child);
  }
  return out + "]";
}

std::string go_syntax(const nlohmann::json& value) {
  if (value.is_null()) return "interface {}(nil)";
  if (value.is_string()) return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  if (!value.is_structured()) return go_print(value);
  std::string out = value.is_object() ? "map[string]interface {}{" : "[]interface {}{";
  bool first = true;
  for (const auto& [key, child] : value.items()) {
    if (!first) out += ", ";
    first = false;
    if (value.is_object()) out += nlohmann::json(key).dump() + ":";
    out += go_syntax(child);
  }
  return out + "}";
}

std::string body_start(std::string_view body) {
  constexpr std::size_t kShown = 30;
  if (body.empty()) return "<empty>";
  const std::string_view start = body.substr(0, kShown);
  const std::string shown = body.front() == '{' ? std::string(start) : encode_hex(start);
  return body.size() > kShown ? shown + " ..." : shown;
}

std::string no_such_kind(std::string_view api_version, std::string_view kind) {
  return "no kind \"" + std::string(kind) + "\" is registered for version \"" + std::string(api_version) +
         "\" in scheme \"pkg/runtime/scheme.go:111\"";
}

std::string go_group_version_kind(std::string_view api_version, std::string_view kind) {
  const bool has_group = api_version.find('/') != std::string_view::npos;
  return (has_group ? "" : "/") + std::string(api_version) + ", Kind=" + std::string(kind);
}

std::string go_package(std::string_view group) {
  if (group.empty() || group == "events.k8s.io") return "core";
  return std::string(group.substr(0, group.find('.')));
}

}  // namespace cw::apiserver
