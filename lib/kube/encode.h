// to_json: a struct with visit_fields to JSON, as Go's encoding/json writes it: an omitempty field is left
// out when it is false, 0, "", absent or an empty list or map; a plain struct is always written; an absent
// pointer, list or []byte without omitempty is null. For .cpp files only. Pure.
#pragma once

#include <concepts>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "lib/base/clock.h"
#include "lib/base/duration.h"
#include "lib/kube/fields.h"
#include "lib/kube/json.h"
#include "lib/kube/resource.h"

namespace cw::kube {

inline Json to_json(const std::string& value) { return value; }
inline Json to_json(bool value) { return value; }
template <std::signed_integral T>
Json to_json(T value) {
  return value;
}
Json to_json(const Duration&);
Json to_json(const TimePoint&);
Json to_json(const Bytes&);
Json to_json(const RawJson&);
Json to_json(const Quantity&);
template <typename T>
Json to_json(const std::optional<T>&);
template <typename T>
Json to_json(const List<T>&);
template <typename T>
Json to_json(const MapOf<T>&);
template <HasFields T>
Json to_json(const T&);

inline bool is_zero(const std::string& value) { return value.empty(); }
inline bool is_zero(const bool& value) { return !value; }
template <std::signed_integral T>
bool is_zero(const T& value) {
  return value == 0;
}
inline bool is_zero(const Bytes& value) { return value.empty(); }
inline bool is_zero(const RawJson& value) { return value.text.empty(); }
template <typename T>
bool is_zero(const std::optional<T>& value) {
  return !value.has_value();
}
template <typename T>
bool is_zero(const List<T>& value) {
  return value.empty();
}
template <typename T>
bool is_zero(const MapOf<T>& value) {
  return value.empty();
}
template <HasFields T>
bool is_zero(const T& /*plain_struct*/) {
  return false;
}

template <typename T>
Json to_json(const std::optional<T>& value) {
  return value ? to_json(*value) : Json(nullptr);
}

template <typename T>
Json to_json(const List<T>& list) {
  if (!list.present()) return nullptr;
  Json array = Json::array();
  for (const T& item : list) array.push_back(to_json(item));
  return array;
}

template <typename T>
Json to_json(const MapOf<T>& map) {
  if (!map.present()) return nullptr;
  Json object = Json::object();
  for (const auto& [key, value] : map) object[key] = to_json(value);
  return object;
}

template <HasFields T>
Json to_json(const T& value) {
  Json object = Json::object();
  visit_fields(value, [&](FieldName field, const auto& member) {
    if (field.when_empty == WhenEmpty::Omit && is_zero(member)) return;
    object[std::string(field.text)] = to_json(member);
  });
  return object;
}

// A whole API object: with apiVersion and kind.
template <typename T>
Json encode_object(const Resource& resource, const T& object) {
  Json json = to_json(object);
  json["apiVersion"] = api_version(resource);
  json["kind"] = resource.kind;
  return json;
}

}  // namespace cw::kube
