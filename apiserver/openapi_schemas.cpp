#include "apiserver/openapi_schemas.h"

#include <nlohmann/json.hpp>

#include "apiserver/crd/scale.h"
#include "apiserver/json_access.h"
#include "apiserver/openapi_custom.h"

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

// Of what may be a number too.
void tell_alternatives(std::string_view name, Json& schema) {
  const bool is_amount = name.ends_with(".Quantity");
  if (!is_amount && !name.ends_with(".IntOrString")) return;
  schema.erase("type");
  const Json text{{"type", "string"}};
  schema["oneOf"] =
      is_amount ? Json::array({text, {{"type", "number"}}}) : Json::array({{{"type", "integer"}}, text});
}

// Adds the definition and what it refers to.
void add_definition(const std::string& name, const TypeCatalog& types, OpenApiVersion version,
                    Json& schemas) {
  if (schemas.contains(name)) return;
  const Json& raw = types.definitions().at(name);
  schemas[name] = exported(raw, version);
  // By the lack of a type kubectl tells it from a plain text; v2 knows no alternatives.
  if (version == OpenApiVersion::V3) tell_alternatives(name, schemas[name]);
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

Json list_schema(const ResourceRow& row, OpenApiVersion version) {
  Json properties = type_properties();
  const Json reference = openapi_reference(meta_definition("ListMeta"), version);
  const bool stands_alone = version == OpenApiVersion::V3 && row.custom != nullptr;
  properties["metadata"] = stands_alone ? Json{{"allOf", Json::array({reference})}} : reference;
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
  for (const AskedPart& part : row.asked_parts) add_row(*part.row, types, version, schemas);
  if (row.scale != nullptr) {
    add_definition(scale_row().definition, types, version, schemas);
    schemas[scale_row().definition][kGroupVersionKind] = Json::array({group_version_kind(scale_row())});
  }
  if (row.family == Family::Review) return;
  add_definition(meta_definition("ListMeta"), types, version, schemas);
  schemas[list_definition(row)] = list_schema(row, version);
  const Json fields = selectable_fields(row);
  if (fields.is_null()) return;
  schemas[row.definition][kSelectableFields] = schemas[list_definition(row)][kSelectableFields] = fields;
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
