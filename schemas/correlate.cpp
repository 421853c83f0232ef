#include "schemas/correlate.h"

#include <nlohmann/json.hpp>

namespace cw::schemas {

const Json* find_old_member(const Path& object, const Json* old, std::string_view name) {
  if (old == nullptr || !old->is_object()) return nullptr;
  if (object.is_root() && (name == "apiVersion" || name == "kind")) return nullptr;
  const auto found = old->find(name);
  return found == old->end() ? nullptr : &*found;
}

std::string list_map_key(const Schema& list, const Json& item) {
  Json keys = Json::object();
  for (const std::string& name : list.list_map_keys) {
    const auto found = item.is_object() ? item.find(name) : item.end();
    if (found != item.end()) keys[name] = *found;
  }
  return keys.dump(-1, ' ', false, Json::error_handler_t::replace);
}

OldItems::OldItems(const Schema& list, const Json* old) : list_(list) {
  if (old == nullptr || !old->is_array() || list.list_type != ListType::Map) return;
  for (const Json& item : *old) {
    const auto [place, is_new] = by_key_.emplace(list_map_key(list, item), &item);
    if (!is_new) place->second = nullptr;
  }
}

const Json* OldItems::find(const Json& item) const {
  if (by_key_.empty()) return nullptr;
  const auto found = by_key_.find(list_map_key(list_, item));
  return found == by_key_.end() ? nullptr : found->second;
}

}  // namespace cw::schemas
