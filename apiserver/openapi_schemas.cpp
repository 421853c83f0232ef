#include "apiserver/openapi_schemas.h"

#include <nlohmann/json.hpp>

#include "apiserver/json_access.h"

namespace cw::apiserver {
namespace {

constexpr std::string_view kMeta = "io.k8s.apimachinery.pkg.apis.meta.v1.";

std::string meta_definition(std::string_view name) { return std::string(kMeta) + std::string(name); }

// Bare references and marks of ours into what OpenAPI has. In v3 a reference stands alone in allOf where the
// property says more about it.
Json exported(const Json& schema, OpenApiVersion version) {
  if (schema.is_array()) {
    Json out = Json::array();
    for (const Json& item : schema) out.push_back(exported(item, version));
    return out;
  }
  if (!schema.is_object()) return schema;
  Json out = Json::object();
  for (const auto& [name, value] : schema.items()) {
    if (name.starts_with("x-cw-")) continue;
    if (name != "$ref" || !value.is_string()) out[name] = exported(value, version);  // or a property
  }
  const Json* reference = find_member(schema, "$ref");
  if (reference == nullptr || !reference->is_string()) return out;
  const Json target = openapi_reference(reference->get<std::string>(), version);
  if (version == OpenApiVersion::V2 || out.empty()) {
    out.update(target);
  } else {
    out["allOf"] = Json::array({target});
    out["default"] = Json::object();
  }
  return out;
}

// Adds the definition and what it refers to.
void add_definition(const std::string& name, const TypeCatalog& types, OpenApiVersion version,
                    Json& schemas) {
  if (schemas.contains(name)) return;
  const Json& raw = types.definitions().at(name);
  schemas[name] = exported(raw, version);
  std::vector<const Json*> open{&raw};
  while (!open.empty()) {
    const Json* value = open.back();
    open.pop_back();
    const Json* reference = find_member(*value, "$ref");
    if (reference != nullptr && reference->is_string()) {
      add_definition(reference->get<std::string>(), types, version, schemas);
    }
    if (!value->is_structured()) continue;
    for (const Json& child : *value) open.push_back(&child);
  }
}

Json type_properties() {
  return {{"apiVersion",
           {{"type", "string"},
            {"description", "Group and version of the object, for example cert-manager.io/v1."}}},
          {"kind", {{"type", "string"}, {"description", "What the object is, for example Certificate."}}}};
}

// v2 knows no alternatives and no nullable; kubectl's own validation of these parts is left to the server.
void drop_v3_only(Json& schema) {
  if (schema.is_object()) {
    for (const char* member : {"oneOf", "anyOf", "not", "nullable", "x-kubernetes-validations"}) {
      schema.erase(member);
    }
    const bool untyped = schema.contains("x-kubernetes-int-or-string") ||
                         schema.contains("x-kubernetes-preserve-unknown-fields");
    if (untyped && !schema.contains("properties")) schema.erase("type");
  }
  if (!schema.is_structured()) return;
  for (Json& child : schema) drop_v3_only(child);
}

Json custom_schema(const ResourceRow& row, OpenApiVersion version) {
  Json schema = row.openapi_schema();
  if (version == OpenApiVersion::V2) drop_v3_only(schema);
  Json& properties = schema["properties"];
  properties.update(type_properties());
  properties["metadata"] = {{"description", "Name, labels and whatever else every object has."}};
  const Json reference = openapi_reference(std::string(kObjectMetaDefinition), version);
  if (version == OpenApiVersion::V2) {
    properties["metadata"].update(reference);
  } else {
    properties["metadata"]["allOf"] = Json::array({reference});
  }
  return schema;
}

Json list_schema(const ResourceRow& row, OpenApiVersion version) {
  Json properties = type_properties();
  properties["metadata"] = openapi_reference(meta_definition("ListMeta"), version);
  properties["items"] = {{"type", "array"},
                         {"description", "The objects."},
                         {"items", openapi_reference(row.definition, version)}};
  Json kind = group_version_kind(row);
  kind["kind"] = row.list_kind;
  return {{"type", "object"},
          {"description", "A list of " + std::string(row.resource.plural) + "."},
          {"required", {"items"}},
          {"properties", std::move(properties)},
          {kGroupVersionKind, Json::array({std::move(kind)})}};
}

void add_row(const ResourceRow& row, const TypeCatalog& types, OpenApiVersion version, Json& schemas) {
  if (row.custom != nullptr) {
    schemas[row.definition] = custom_schema(row, version);
    add_definition(std::string(kObjectMetaDefinition), types, version, schemas);
  } else {
    add_definition(row.definition, types, version, schemas);
  }
  schemas[row.definition][kGroupVersionKind] = Json::array({group_version_kind(row)});
  if (row.family == Family::Review) return;
  add_definition(meta_definition("ListMeta"), types, version, schemas);
  schemas[list_definition(row)] = list_schema(row, version);
}

}  // namespace

Json openapi_reference(const std::string& definition, OpenApiVersion version) {
  const char* prefix = version == OpenApiVersion::V2 ? "#/definitions/" : "#/components/schemas/";
  return {{"$ref", prefix + definition}};
}

std::string list_definition(const ResourceRow& row) {
  return row.definition.substr(0, row.definition.rfind('.') + 1) + row.list_kind;
}

Json group_version_kind(const ResourceRow& row) {
  return {{"group", row.resource.group}, {"version", row.resource.version}, {"kind", row.resource.kind}};
}

Json openapi_schemas(const std::vector<const ResourceRow*>& rows, const TypeCatalog& types,
                     OpenApiVersion version) {
  Json schemas = Json::object();
  for (const ResourceRow* row : rows) add_row(*row, types, version, schemas);
  for (const char* name : {"DeleteOptions", "Status", "Patch", "WatchEvent"}) {
    add_definition(meta_definition(name), types, version, schemas);
  }
  return schemas;
}

}  // namespace cw::apiserver
