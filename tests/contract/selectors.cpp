#include "tests/contract/selectors.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "lib/base/ascii.h"

namespace cw::contract {
namespace {

using Look = std::function<std::optional<std::string>(std::string_view name)>;

// Splits at commas that are in no parentheses.
std::vector<std::string_view> requirements(std::string_view selector) {
  std::vector<std::string_view> found;
  std::size_t begin = 0;
  int depth = 0;
  for (std::size_t i = 0; i <= selector.size(); ++i) {
    if (i < selector.size() && selector[i] == '(') ++depth;
    if (i < selector.size() && selector[i] == ')') --depth;
    if (i < selector.size() && (selector[i] != ',' || depth > 0)) continue;
    const std::string_view part = trimmed(selector.substr(begin, i - begin), " ");
    if (!part.empty()) found.push_back(part);
    begin = i + 1;
  }
  return found;
}

bool is_among(const std::optional<std::string>& value, std::string_view list) {
  list.remove_prefix(std::min(list.find('(') + 1, list.size()));
  list = list.substr(0, list.find(')'));
  const auto values = requirements(list);
  return value && std::find(values.begin(), values.end(), *value) != values.end();
}

bool meets(std::string_view requirement, const Look& look) {
  if (const auto at = requirement.find(" notin "); at != std::string_view::npos) {
    return !is_among(look(trimmed(requirement.substr(0, at), " ")), requirement.substr(at));
  }
  if (const auto at = requirement.find(" in "); at != std::string_view::npos) {
    return is_among(look(trimmed(requirement.substr(0, at), " ")), requirement.substr(at));
  }
  if (const auto at = requirement.find("!="); at != std::string_view::npos && at > 0) {
    return look(trimmed(requirement.substr(0, at), " ")) !=
           std::string(trimmed(requirement.substr(at + 2), " "));
  }
  if (const auto at = requirement.find('='); at != std::string_view::npos) {
    const auto from = requirement.find_first_not_of('=', at);
    const auto wanted = from == std::string_view::npos ? std::string_view() : requirement.substr(from);
    return look(trimmed(requirement.substr(0, at), " ")) == std::string(trimmed(wanted, " "));
  }
  if (requirement.starts_with('!')) return !look(trimmed(requirement.substr(1), " "));
  return look(requirement).has_value();
}

bool meets_all(std::string_view selector, const Look& look) {
  const auto all = requirements(selector);
  return std::all_of(all.begin(), all.end(), [&](std::string_view one) { return meets(one, look); });
}

}  // namespace

bool matches_labels(const nlohmann::json& object, std::string_view selector) {
  const nlohmann::json labels =
      object.value(nlohmann::json::json_pointer("/metadata/labels"), nlohmann::json::object());
  return meets_all(selector, [&](std::string_view name) -> std::optional<std::string> {
    const auto label = labels.find(std::string(name));
    if (label == labels.end() || !label->is_string()) return std::nullopt;
    return label->get<std::string>();
  });
}

bool matches_fields(const nlohmann::json& object, std::string_view selector) {
  return meets_all(selector, [&](std::string_view name) -> std::optional<std::string> {
    std::string pointer = "/" + std::string(name);
    std::replace(pointer.begin(), pointer.end(), '.', '/');
    const nlohmann::json found = object.value(nlohmann::json::json_pointer(pointer), nlohmann::json(""));
    return found.is_string() ? found.get<std::string>() : found.dump();
  });
}

}  // namespace cw::contract
