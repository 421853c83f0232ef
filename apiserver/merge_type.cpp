#include "apiserver/merge_type.h"

#include <nlohmann/json.hpp>

#include "apiserver/json_access.h"
#include "lib/kube/field_error.h"

namespace cw::apiserver {
namespace {

MergeKind list_kind(bool is_set, bool is_map) {
  if (is_map) return MergeKind::KeyedList;
  return is_set ? MergeKind::SetList : MergeKind::Leaf;
}

ValueForm form_of(const ValueType& type, bool lenient) {
  if (lenient) return ValueForm::Anything;
  switch (type.kind) {
    case TypeKind::Text:
    case TypeKind::Bytes:
      return ValueForm::Text;
    case TypeKind::Integer:
      return ValueForm::Numeric;
    case TypeKind::Boolean:
      return ValueForm::Boolean;
    case TypeKind::Quantity:
    case TypeKind::IntOrString:
    case TypeKind::Time:
    case TypeKind::MicroTime:
      return ValueForm::Scalar;
    case TypeKind::Struct:
    case TypeKind::Map:
      return ValueForm::Map;
    case TypeKind::List:
      return ValueForm::List;
    case TypeKind::Any:
      break;
  }
  return ValueForm::Anything;
}

ValueForm form_of(const schemas::Schema& schema) {
  switch (schema.type) {
    case schemas::Type::Object:
      return ValueForm::Map;
    case schemas::Type::Array:
      return ValueForm::List;
    case schemas::Type::String:
      // As with the core kinds: who knows what a format is written as.
      return schema.format.empty() || schema.format == "byte" ? ValueForm::Text : ValueForm::Scalar;
    case schemas::Type::Integer:
    case schemas::Type::Number:
      return ValueForm::Numeric;
    case schemas::Type::Boolean:
      return ValueForm::Boolean;
    case schemas::Type::Unstated:
      break;
  }
  return ValueForm::Anything;
}

}  // namespace

MergeType::MergeType(const ResourceRow& row, const TypeCatalog& types) {
  if (row.custom != nullptr) {
    *this = MergeType(*row.custom, types);
  } else {
    type_ = &types.type(row.definition);
  }
}

MergeType::MergeType(const schemas::KindSchema& kind, const TypeCatalog& types)
    : schema_(kind.object.schema.get()),
      loose_(schema_ != nullptr && schema_->preserve_unknown_fields),
      metadata_(&types.type(kObjectMetaDefinition)) {}

MergeType MergeType::of(const ValueType* type, const Field* field) {
  MergeType out;
  out.type_ = type;
  out.field_ = field;
  return out;
}

MergeType MergeType::of(const schemas::Schema* schema, bool loose) {
  MergeType out;
  out.schema_ = schema;
  out.loose_ = loose || (schema != nullptr && schema->preserve_unknown_fields);
  return out;
}

MergeKind MergeType::kind(const Json& value) const {
  if (value.is_object()) {
    const bool whole = type_ != nullptr ? type_->atomic || type_->kind == TypeKind::Any
                                        : schema_ != nullptr && schema_->atomic_map;
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
  return schema_ != nullptr ? of(schema_->find_member(name), loose_) : MergeType();
}

MergeType MergeType::item() const {
  if (type_ != nullptr) return of(type_->of.get(), nullptr);
  return schema_ != nullptr ? of(schema_->items.get(), loose_) : MergeType();
}

bool MergeType::declares(const std::string& name) const {
  if (metadata_ != nullptr && (name == "metadata" || name == "apiVersion" || name == "kind")) return true;
  if (type_ != nullptr) return type_->kind != TypeKind::Struct || type_->fields.contains(name);
  if (schema_ == nullptr || loose_ || schema_->has_additional_properties) return true;
  return schema_->properties.empty() || schema_->find_member(name) != nullptr;
}

bool MergeType::has_field(const std::string& name) const {
  if (metadata_ != nullptr && (name == "metadata" || name == "apiVersion" || name == "kind")) return true;
  if (type_ != nullptr) return type_->fields.contains(name);
  return schema_ != nullptr && schema_->properties.contains(name);
}

ValueForm MergeType::form() const {
  if (type_ != nullptr) return form_of(*type_, field_ != nullptr && field_->lenient);
  if (metadata_ != nullptr) return ValueForm::Map;
  return schema_ != nullptr ? form_of(*schema_) : ValueForm::Anything;
}

const std::vector<std::string>& MergeType::keys() const {
  static const std::vector<std::string> kNone;
  if (field_ != nullptr) return field_->list_keys;
  return schema_ != nullptr ? schema_->list_map_keys : kNone;
}

// What stands for a key that an item leaves out; null if nothing does.
Json MergeType::key_fallback(const std::string& name) const {
  if (schema_ != nullptr && schema_->items != nullptr) {
    const schemas::Schema* key = schema_->items->find_member(name);
    return key != nullptr && key->default_value != nullptr ? *key->default_value : Json(nullptr);
  }
  if (type_ == nullptr || type_->of == nullptr) return nullptr;
  const auto field = type_->of->fields.find(name);
  if (field == type_->of->fields.end() || !field->second.is_never_missing) return nullptr;
  return field->second.type->kind == TypeKind::Integer ? Json(0) : Json(field->second.fallback);
}

std::string MergeType::element_of_item(const Json& item) const {
  const std::vector<std::string>& names = keys();
  if (names.empty()) return "v:" + dumped(item);
  Json key = Json::object();
  for (const std::string& name : names) {
    if (const Json* value = find_member(item, name)) {
      key[name] = *value;
    } else if (Json fallback = key_fallback(name); !fallback.is_null()) {
      key[name] = std::move(fallback);
    }
  }
  return "k:" + dumped(key);
}

std::optional<std::string> MergeType::item_problem(const Json& item) const {
  const std::vector<std::string>& names = keys();
  if (names.empty()) {
    if (item.is_object()) return "associative list without keys has an element that's a map type";
    if (item.is_null()) return "associative list without keys has an element that's an explicit null";
    if (item.is_array()) return "not supported: associative list with lists as elements";
    return std::nullopt;
  }
  if (item.is_null()) return "associative list with keys may not have a null element";
  if (!item.is_object()) return "associative list with keys may not have non-map elements";
  std::string problem = "associative list with keys has an element that omits all key fields [";
  for (const std::string& name : names) {
    if (item.contains(name) || !key_fallback(name).is_null()) return std::nullopt;
    problem += (&name == &names.front() ? "" : " ") + kube::quoted(name);
  }
  return problem + "] (and doesn't have default values for any key fields)";
}

}  // namespace cw::apiserver
