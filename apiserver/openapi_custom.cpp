#include "apiserver/openapi_custom.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "apiserver/json_access.h"

namespace cw::apiserver {
namespace {

constexpr const char* kIntOrString = "x-kubernetes-int-or-string";
constexpr const char* kPreserve = "x-kubernetes-preserve-unknown-fields";
constexpr const char* kEmbedded = "x-kubernetes-embedded-resource";

Json metadata_property(OpenApiVersion version) {
  Json property{{"description", "Name, labels and whatever else every object has."}};
  const Json reference = openapi_reference(std::string(kObjectMetaDefinition), version);
  if (version == OpenApiVersion::V2) {
    property.update(reference);
  } else {
    property["allOf"] = Json::array({reference});
  }
  return property;
}

Json int_or_string() { return Json::array({{{"type", "integer"}}, {{"type", "string"}}}); }

void unfold_int_or_string(Json& schema) {
  if (!true_member(schema, kIntOrString)) return;
  const Json& all_of = array_member(schema, "allOf");
  if (!all_of.empty() && array_member(all_of.front(), "anyOf") == int_or_string()) return;
  if (!schema.contains("anyOf")) {
    schema["anyOf"] = int_or_string();
  } else if (schema["anyOf"] != int_or_string()) {
    Json all = Json::array({{{"anyOf", int_or_string()}}});
    for (const Json& other : all_of) all.push_back(other);
    schema["allOf"] = std::move(all);
  }
}

// A whole object inside another.
void add_embedded(Json& schema, OpenApiVersion version) {
  if (!true_member(schema, kEmbedded)) return;
  if (version == OpenApiVersion::V2 && true_member(schema, kPreserve)) return;
  Json& properties = make_object(schema, "properties");
  properties.update(type_properties());
  properties["metadata"] = metadata_property(version);
  Json& required = schema["required"];
  if (!required.is_array()) required = Json::array();
  for (const char* name : {"kind", "apiVersion"}) {
    if (std::find(required.begin(), required.end(), name) == required.end()) required.push_back(name);
  }
}

// What may be null may be missing, for v2 cannot say more of it.
void drop_nullable_required(Json& schema) {
  if (true_member(object_member(schema, "additionalProperties"), "nullable")) schema.erase("required");
  const auto required = schema.find("required");
  if (required == schema.end() || !required->is_array()) return;
  const Json& properties = object_member(schema, "properties");
  Json kept = Json::array();
  for (const Json& name : *required) {
    const bool named = name.is_string();
    if (!named || !true_member(object_member(properties, name.get<std::string>()), "nullable")) {
      kept.push_back(name);
    }
  }
  if (kept.empty()) {
    schema.erase(required);
  } else {
    *required = std::move(kept);
  }
}

// v2 knows no alternatives and no null, and kubectl takes what is typed for all that there is.
void reduce_to_v2(Json& schema) {
  for (const char* member : {"oneOf", "anyOf", "allOf", "not", "default"}) schema.erase(member);
  const bool nullable = true_member(schema, "nullable");
  const bool preserves = true_member(schema, kPreserve);
  schema.erase("nullable");
  if (nullable) schema.erase("type");
  if (nullable || preserves) {
    schema.erase("items");
    schema.erase("properties");
  }
  const std::string type = text_member(schema, "type");
  if ((type == "array" && !schema.contains("items")) || (preserves && type == "object")) schema.erase("type");
  drop_nullable_required(schema);
}

void publish(Json& schema, OpenApiVersion version) {
  if (!schema.is_object()) return;
  if (version == OpenApiVersion::V2) {
    reduce_to_v2(schema);
  } else {
    unfold_int_or_string(schema);
  }
  const auto properties = schema.find("properties");
  if (properties != schema.end() && properties->is_object()) {
    for (Json& property : *properties) publish(property, version);
  }
  for (const char* member : {"items", "additionalProperties"}) {
    const auto child = schema.find(member);
    if (child != schema.end()) publish(*child, version);
  }
  add_embedded(schema, version);
}

}  // namespace

Json type_properties() {
  return {{"apiVersion",
           {{"type", "string"},
            {"description", "Group and version of the object, for example cert-manager.io/v1."}}},
          {"kind", {{"type", "string"}, {"description", "What the object is, for example Certificate."}}}};
}

Json selectable_fields(const ResourceRow& row) {
  if (row.custom == nullptr) return nullptr;
  Json fields;
  for (const std::string& path : row.custom->selectable_fields) {
    fields.push_back({{"fieldPath", path.starts_with('.') ? path.substr(1) : path}});
  }
  return fields;
}

Json custom_schema(const ResourceRow& row, OpenApiVersion version) {
  Json schema = row.openapi_schema();
  // Any property here would make kubectl refuse all others.
  if (version == OpenApiVersion::V2 && true_member(schema, kPreserve)) return {{"type", "object"}};
  publish(schema, version);
  Json& properties = make_object(schema, "properties");
  properties.update(type_properties());
  properties["metadata"] = metadata_property(version);
  return schema;
}

}  // namespace cw::apiserver
