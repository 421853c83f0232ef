#include "lib/kube/json_access.h"

#include <nlohmann/json.hpp>

namespace cw::kube {
namespace {

template <typename Names>
const Json* walk(const Json& value, const Names& path) {
  const Json* at = &value;
  for (const auto& name : path) {
    at = find_member(*at, name);
    if (at == nullptr) return nullptr;
  }
  return at;
}

}  // namespace

const Json* find_member(const Json& value, std::string_view name) {
  if (!value.is_object()) return nullptr;
  const auto at = value.find(name);
  return at != value.end() ? &*at : nullptr;
}

const Json* find_path(const Json& value, std::initializer_list<std::string_view> path) {
  return walk(value, path);
}

const Json* find_path(const Json& value, std::span<const std::string> path) { return walk(value, path); }

std::string text_member(const Json& value, std::string_view name) {
  const Json* member = find_member(value, name);
  return member != nullptr && member->is_string() ? member->get<std::string>() : std::string();
}

std::string text_at(const Json& value, std::initializer_list<std::string_view> path) {
  const Json* member = find_path(value, path);
  return member != nullptr && member->is_string() ? member->get<std::string>() : std::string();
}

bool true_member(const Json& value, std::string_view name) {
  const Json* member = find_member(value, name);
  return member != nullptr && member->is_boolean() && member->get<bool>();
}

const Json& object_member(const Json& value, std::string_view name) {
  static const Json kEmpty = Json::object();
  const Json* member = find_member(value, name);
  return member != nullptr && member->is_object() ? *member : kEmpty;
}

const Json& array_member(const Json& value, std::string_view name) {
  static const Json kEmpty = Json::array();
  const Json* member = find_member(value, name);
  return member != nullptr && member->is_array() ? *member : kEmpty;
}

Json& make_object(Json& value, std::string_view name) {
  Json& member = value[name];
  if (!member.is_object()) member = Json::object();
  return member;
}

void copy_member(Json& to, const Json& from, std::string_view name) {
  const Json* member = find_member(from, name);
  if (member != nullptr) {
    to[name] = *member;
  } else {
    to.erase(name);
  }
}

std::string metadata_text(const Json& object, std::string_view name) {
  return text_at(object, {"metadata", name});
}

std::string dumped(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace cw::kube
