#include "schemas/defaults.h"

#include <nlohmann/json.hpp>

namespace cw::schemas {
namespace {

bool is_refused_null(const Json& value, const Schema& schema) { return value.is_null() && !schema.nullable; }

// null stays null where there is no default: the check of the type then names it.
void replace_refused_null(Json& value, const Schema& schema) {
  if (is_refused_null(value, schema) && schema.default_value) value = *schema.default_value;
}

void set_missing_members(Json& object, const Schema& schema) {
  for (const auto& [name, member] : schema.properties) {
    if (!member->default_value) continue;
    const auto found = object.find(name);
    if (found == object.end() || is_refused_null(*found, *member)) object[name] = *member->default_value;
  }
}

}  // namespace

void apply_defaults(Json& value, const Schema& schema) {
  if (value.is_object()) {
    set_missing_members(value, schema);
    for (auto& [name, member] : value.items()) {
      const Schema* child = schema.find_member(name);
      if (child == nullptr) continue;
      if (child == schema.additional_properties.get()) replace_refused_null(member, *child);
      apply_defaults(member, *child);
    }
  } else if (value.is_array() && schema.items) {
    for (Json& item : value) {
      replace_refused_null(item, *schema.items);
      apply_defaults(item, *schema.items);
    }
  }
}

}  // namespace cw::schemas
