#include "schemas/type_check.h"

#include <cmath>
#include <cstdint>
#include <limits>

#include <nlohmann/json.hpp>

#include "schemas/outcome.h"

namespace cw::schemas {
namespace {

// Type and format of a value as Go's reflection tells them.
struct Told {
  Type type = Type::Unstated;
  std::string_view type_name;
  std::string_view format;
};

Told tell(Kind kind) {
  switch (kind) {
    case Kind::Null:
      return {Type::Unstated, "null", ""};
    case Kind::Boolean:
      return {Type::Boolean, "boolean", ""};
    case Kind::Integer:
      return {Type::Integer, "integer", "int64"};
    case Kind::Float:
      return {Type::Number, "number", "float64"};
    case Kind::String:
      return {Type::String, "string", ""};
    case Kind::List:
      return {Type::Array, "array", ""};
    case Kind::Object:
      return {Type::Object, "object", ""};
  }
  return {};
}

std::string stated_types(const Schema& schema) {
  return schema.int_or_string ? "integer,string" : std::string(name_of(schema.type));
}

bool passes_as_number(const Json& value, Kind kind, const Schema& schema) {
  if (kind == Kind::Float) return states(schema, Type::Integer) && is_whole(value.get<double>());
  return kind == Kind::Integer && states(schema, Type::Number);
}

}  // namespace

Kind kind_of(const Json& value) {
  if (value.is_object()) return Kind::Object;
  if (value.is_array()) return Kind::List;
  if (value.is_string()) return Kind::String;
  if (value.is_boolean()) return Kind::Boolean;
  if (value.is_null()) return Kind::Null;
  if (value.is_number_float()) return Kind::Float;
  constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  return value.is_number_unsigned() && value.get<std::uint64_t>() > kMax ? Kind::Float : Kind::Integer;
}

bool states(const Schema& schema, Type type) {
  if (schema.int_or_string) return type == Type::Integer || type == Type::String;
  return schema.type == type && type != Type::Unstated;
}

bool is_whole(double value) {
  constexpr double kMaxExact = 9007199254740991;
  constexpr double kTolerance = 1e-9;
  const double size = std::fabs(value);
  if (!(size <= kMaxExact)) return false;
  const double whole = std::trunc(size);
  return size == whole || (whole > 0 && (size - whole) / (size + whole) < kTolerance);
}

kube::FieldError wrong_type(const Path& at, std::string_view wanted, std::string_view found) {
  const std::string path = at.dotted();
  const std::string shown = kube::quoted(found);
  std::string detail = path + " in body must be of type " + std::string(wanted) + ": " + shown;
  return {kube::FieldErrorKind::TypeInvalid, path, shown, std::move(detail), rule_id::kType};
}

std::optional<kube::FieldError> find_type_failure(const Json& value, const Schema& schema, const Path& at) {
  const bool unstated = schema.type == Type::Unstated && !schema.int_or_string;
  if (unstated && schema.format.empty()) return std::nullopt;
  const Kind kind = kind_of(value);
  const Told told = tell(kind);
  if (kind == Kind::Null) {
    if (unstated || schema.nullable) return std::nullopt;
    return wrong_type(at, stated_types(schema), told.type_name);
  }
  const bool fits = states(schema, told.type) || passes_as_number(value, kind, schema);
  const bool text_or_list = kind == Kind::String || kind == Kind::List;
  if (!schema.format.empty() && !text_or_list && !fits && told.format != schema.format) {
    return wrong_type(at, schema.format, told.format);
  }
  const bool numeric = states(schema, Type::Number) || states(schema, Type::Integer);
  if (!schema.format.empty() && text_or_list && !numeric) return std::nullopt;
  if (fits) return std::nullopt;
  return wrong_type(at, stated_types(schema), told.type_name);
}

}  // namespace cw::schemas
