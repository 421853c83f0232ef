#include "apiserver/typed_words.h"

#include <nlohmann/json.hpp>

#include "apiserver/typed_decode.h"

namespace cw::apiserver {
namespace {

// Of a value that a conversion starts from.
std::string converted_kind(const Json& value) {
  if (value.is_number()) return value.is_number_float() ? "float64" : "int64";
  if (value.is_boolean()) return "bool";
  return value.is_object() ? "map" : value.is_array() ? "slice" : value.type_name();
}

}  // namespace

std::string go_type(const ValueType& type) {
  switch (type.kind) {
    case TypeKind::Text:
      if (type.name.empty()) return "string";
      return type.name.find('.') == std::string::npos ? "v1." + type.name : type.name;
    case TypeKind::Integer:
      return type.bits == 32 ? "int32" : "int64";
    case TypeKind::IntOrString:
      return "int32";
    case TypeKind::Boolean:
      return "bool";
    case TypeKind::Bytes:
      return "[]uint8";
    case TypeKind::Struct:
      return "v1." + type.name;
    case TypeKind::Map:
      return "map[string]" + go_type(*type.of);
    case TypeKind::List:
      return "[]" + go_type(*type.of);
    case TypeKind::Any:
      return type.real ? "float64" : "v1.JSON";
    default:
      return "string";  // times, which Go reads as strings
  }
}

std::string read_kind(const Json& value, const ValueType& type) {
  const bool wants_number = type.kind == TypeKind::Integer || type.kind == TypeKind::IntOrString;
  return value.is_number() && wants_number ? "number " + value.dump() : go_kind(value);
}

bool reads_itself(const ValueType& type) {
  return type.kind == TypeKind::IntOrString || type.kind == TypeKind::Time ||
         type.kind == TypeKind::MicroTime;
}

std::string no_conversion(const Json& value, const ValueType& type) {
  if (reads_itself(type)) {
    return "json: cannot unmarshal " + read_kind(value, type) + " into Go value of type " + go_type(type);
  }
  const std::string kind = converted_kind(value);
  if (type.kind == TypeKind::Struct) return "cannot restore struct from: " + kind;
  if (type.kind == TypeKind::Map) return "cannot restore map from " + kind;
  if (type.kind == TypeKind::List || type.kind == TypeKind::Bytes) return "cannot restore slice from " + kind;
  // Go converts numbers to texts (as code points), which JSON does not mean; nothing else is ever tried.
  const bool is_close = type.kind == TypeKind::Integer ? value.is_number() : value.is_number_integer();
  if (is_close && type.kind != TypeKind::Boolean) return "cannot convert " + kind + " to " + go_type(type);
  return "unrecognized type: " + (type.kind == TypeKind::Text ? std::string("string") : go_type(type));
}

std::string go_kind(const Json& value) {
  if (value.is_number()) return "number";
  if (value.is_boolean()) return "bool";
  return value.type_name();
}

}  // namespace cw::apiserver
