#include "apiserver/merge_type.h"

#include <nlohmann/json.hpp>

#include "apiserver/json_access.h"

namespace cw::apiserver {
namespace {

MergeKind list_kind(bool is_set, bool is_map) {
  if (is_map) return MergeKind::KeyedList;
  return is_set ? MergeKind::SetList : MergeKind::Leaf;
}

}  // namespace

MergeType::MergeType(const ResourceRow& row, const TypeCatalog& types) {
  if (row.custom != nullptr) {
    schema_ = row.custom->object.schema.get();
    metadata_ = &types.type(kObjectMetaDefinition);
  } else {
    type_ = &types.type(row.definition);
  }
}

MergeType MergeType::of(const ValueType* type, const Field* field) {
  MergeType out;
  out.type_ = type;
  out.field_ = field;
  return out;
}

MergeType MergeType::of(const schemas::Schema* schema) {
  MergeType out;
  out.schema_ = schema;
  return out;
}

MergeKind MergeType::kind(const Json& value) const {
  if (value.is_object()) {
    const bool whole = type_ != nullptr && (type_->atomic || type_->kind == TypeKind::Any);
    return whole ? MergeKind::Leaf : MergeKind::Merged;
  }
  if (!value.is_array()) return MergeKind::Leaf;
  if (field_ != nullptr) {
    return list_kind(field_->list_kind == ListKind::Set, field_->list_kind == ListKind::Map);
  }
  if (schema_ == nullptr) return MergeKind::Leaf;
  return list_kind(schema_->list_type == schemas::ListType::Set,
                   schema_->list_type == schemas::ListType::Map);
}

MergeType MergeType::member(const std::string& name) const {
  if (metadata_ != nullptr && name == "metadata") return of(metadata_, nullptr);
  if (metadata_ != nullptr && (name == "apiVersion" || name == "kind")) return {};
  if (type_ != nullptr) {
    const auto field = type_->fields.find(name);
    if (field != type_->fields.end()) return of(field->second.type.get(), &field->second);
    return type_->kind == TypeKind::Map ? of(type_->of.get(), nullptr) : MergeType();
  }
  return schema_ != nullptr ? of(schema_->find_member(name)) : MergeType();
}

MergeType MergeType::item() const {
  if (type_ != nullptr) return of(type_->of.get(), nullptr);
  return schema_ != nullptr ? of(schema_->items.get()) : MergeType();
}

bool MergeType::declares(const std::string& name) const {
  if (metadata_ != nullptr && (name == "metadata" || name == "apiVersion" || name == "kind")) return true;
  if (type_ != nullptr) return type_->kind != TypeKind::Struct || type_->fields.contains(name);
  if (schema_ == nullptr || schema_->preserve_unknown_fields || schema_->has_additional_properties)
    return true;
  return schema_->properties.empty() || schema_->find_member(name) != nullptr;
}

std::vector<std::string> MergeType::keys() const {
  if (field_ != nullptr) return field_->list_keys;
  return schema_ != nullptr ? schema_->list_map_keys : std::vector<std::string>();
}

// What stands for a key that an item leaves out.
Json MergeType::key_fallback(const std::string& name) const {
  if (type_ == nullptr || type_->of == nullptr) return nullptr;
  const auto field = type_->of->fields.find(name);
  const bool has_one = field != type_->of->fields.end() && !field->second.fallback.empty();
  return has_one ? Json(field->second.fallback) : Json(nullptr);
}

std::string MergeType::element_of_item(const Json& item) const {
  const std::vector<std::string> names = keys();
  if (names.empty()) return "v:" + dumped(item);
  Json key = Json::object();
  for (const std::string& name : names) {
    const Json* value = find_member(item, name);
    key[name] = value != nullptr ? *value : key_fallback(name);
  }
  return "k:" + dumped(key);
}

}  // namespace cw::apiserver
