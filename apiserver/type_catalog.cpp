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

bool is_atomic(const Json& schema) { return text_of(schema, "x-kubernetes-map-type") == "atomic"; }

}  // namespace

TypeCatalog::TypeCatalog() : definitions_(std::make_unique<Json>(Json::parse(kCoreDefinitions))) {
  for (const auto& [name, schema] : definitions_->items()) read_definition(name);
}

// Types that are inside themselves would hold one another.
TypeCatalog::~TypeCatalog() {
  for (const auto& type : named_) {
    type->fields.clear();
    type->of.reset();
  }
}

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
  } else if (name.ends_with(".Quantity")) {
    type = scalar(TypeKind::Quantity);
  } else if (name.ends_with(".IntOrString")) {
    type = scalar(TypeKind::IntOrString);
  } else {
    // Known before it is read: a type may be inside itself.
    const auto named = named_.emplace_back(std::make_shared<ValueType>());
    types_.emplace(name, named);
    *named = *read_type(definitions_->at(name));
    if (named->kind == TypeKind::Struct) named->name = last_part(name);
    return named;
  }
  types_.emplace(name, type);
  return type;
}

TypePtr TypeCatalog::read_type(const Json& schema) {
  if (schema.contains("$ref")) return read_definition(schema.at("$ref").get<std::string>());
  const std::string name = text_of(schema, "type");
  const std::string format = text_of(schema, "format");
  if (name == "string" && format == "byte") return scalar(TypeKind::Bytes);
  if (name == "string") {
    auto text = std::make_shared<ValueType>();
    text->kind = TypeKind::Text;
    text->name = text_of(schema, "x-cw-named");
    return text;
  }
  if (name == "integer") return scalar(TypeKind::Integer, format == "int32" ? 32 : 64);
  if (name == "boolean") return scalar(TypeKind::Boolean);
  auto type = std::make_shared<ValueType>();
  type->real = name == "number";
  if (name == "array") {
    type->kind = TypeKind::List;
    type->of = read_type(schema.at("items"));
  } else if (schema.contains("additionalProperties")) {
    type->kind = TypeKind::Map;
    type->of = read_type(schema.at("additionalProperties"));
    type->atomic = is_atomic(schema);
  } else if (schema.contains("properties")) {
    type->kind = TypeKind::Struct;
    read_fields(schema, *type);
  }
  return type;
}

void TypeCatalog::read_fields(const Json& schema, ValueType& type) {
  type.atomic = is_atomic(schema);
  for (const auto& [name, property] : schema.at("properties").items()) {
    Field field = read_field(property);
    if (field.within != 0) field.embedded = text_of(schema, "x-cw-embeds");
    type.fields.emplace(name, std::move(field));
  }
}

Field TypeCatalog::read_field(const Json& schema) {
  Field field;
  const std::string as = text_of(schema, "x-cw-as");
  field.type = as.empty() ? read_type(schema) : read_definition(as);
  field.lenient = !as.empty();
  if (field.lenient) field.wrapped = text_of(schema, "$ref").ends_with("OrBool") ? 2 : 1;
  field.number = schema.value("x-cw-number", 0U);
  field.within = schema.value("x-cw-within", 0U);
  field.pointer = schema.value("x-cw-pointer", false);
  field.always = schema.value("x-cw-always", false);
  const auto fallback = schema.find("default");
  if (fallback != schema.end() && fallback->is_string()) field.fallback = fallback->get<std::string>();
  field.is_never_missing = fallback != schema.end() || (field.always && !field.pointer);
  field.merges = text_of(schema, "x-kubernetes-patch-strategy").find("merge") != std::string::npos;
  field.merge_key = text_of(schema, "x-kubernetes-patch-merge-key");
  field.list_kind = list_kind_of(schema);
  field.list_keys = schema.value("x-kubernetes-list-map-keys", std::vector<std::string>());
  return field;
}

}  // namespace cw::apiserver
