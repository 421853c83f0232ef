#include "apiserver/type_catalog.h"

#include <nlohmann/json.hpp>

#include "apiserver/definitions.h"
#include "lib/base/assert.h"

namespace cw::apiserver {
namespace {

std::string text_of(const Json& schema, const char* key) { return schema.value(key, std::string()); }

std::string last_part(const std::string& definition) { return definition.substr(definition.rfind('.') + 1); }

TypePtr scalar(TypeKind kind, int bits = 64) {
  auto type = std::make_shared<ValueType>();
  type->kind = kind;
  type->bits = bits;
  return type;
}

ListKind list_kind_of(const Json& schema) {
  const std::string kind = text_of(schema, "x-kubernetes-list-type");
  if (kind == "map") return ListKind::Map;
  return kind == "set" ? ListKind::Set : ListKind::Atomic;
}

}  // namespace

TypeCatalog::TypeCatalog() : definitions_(std::make_unique<Json>(Json::parse(kCoreDefinitions))) {
  for (const auto& [name, schema] : definitions_->items()) read_definition(name);
}

TypeCatalog::~TypeCatalog() = default;

const ValueType& TypeCatalog::type(std::string_view definition) const {
  const auto at = types_.find(definition);
  CW_ASSERT(at != types_.end());
  return *at->second;
}

TypePtr TypeCatalog::read_definition(const std::string& name) {
  if (const auto known = types_.find(name); known != types_.end()) return known->second;
  TypePtr type;
  if (name.ends_with(".Time")) {
    type = scalar(TypeKind::Time);
  } else if (name.ends_with(".MicroTime")) {
    type = scalar(TypeKind::MicroTime);
  } else {
    type = read_type(definitions_->at(name));
    if (type->kind == TypeKind::Struct) {
      auto named = std::make_shared<ValueType>(*type);
      named->name = last_part(name);
      type = named;
    }
  }
  types_.emplace(name, type);
  return type;
}

TypePtr TypeCatalog::read_type(const Json& schema) {
  if (schema.contains("$ref")) return read_definition(schema.at("$ref").get<std::string>());
  const std::string name = text_of(schema, "type");
  const std::string format = text_of(schema, "format");
  if (name == "string") return scalar(format == "byte" ? TypeKind::Bytes : TypeKind::Text);
  if (name == "integer") return scalar(TypeKind::Integer, format == "int32" ? 32 : 64);
  if (name == "boolean") return scalar(TypeKind::Boolean);
  auto type = std::make_shared<ValueType>();
  if (name == "array") {
    type->kind = TypeKind::List;
    type->of = read_type(schema.at("items"));
  } else if (schema.contains("additionalProperties")) {
    type->kind = TypeKind::Map;
    type->of = read_type(schema.at("additionalProperties"));
  } else if (schema.contains("properties")) {
    type->kind = TypeKind::Struct;
    read_fields(schema, *type);
  }
  return type;
}

void TypeCatalog::read_fields(const Json& schema, ValueType& type) {
  type.atomic = text_of(schema, "x-kubernetes-map-type") == "atomic";
  for (const auto& [name, property] : schema.at("properties").items()) {
    type.fields.emplace(name, read_field(property));
  }
}

Field TypeCatalog::read_field(const Json& schema) {
  Field field;
  field.type = read_type(schema);
  field.number = schema.value("x-cw-number", 0U);
  field.pointer = schema.value("x-cw-pointer", false);
  field.always = schema.value("x-cw-always", false);
  field.merges = text_of(schema, "x-kubernetes-patch-strategy").find("merge") != std::string::npos;
  field.merge_key = text_of(schema, "x-kubernetes-patch-merge-key");
  field.list_kind = list_kind_of(schema);
  field.list_keys = schema.value("x-kubernetes-list-map-keys", std::vector<std::string>());
  return field;
}

}  // namespace cw::apiserver
