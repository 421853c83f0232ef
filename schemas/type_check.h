// The check of a value's JSON type against a schema's type and format, as kube-openapi does it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lib/kube/field_error.h"
#include "schemas/path.h"
#include "schemas/schema.h"

namespace cw::schemas {

// What a JSON value is to a schema. A whole number beyond 64 bits is a Float.
enum class Kind : unsigned char { Null, Boolean, Integer, Float, String, List, Object };
Kind kind_of(const Json&);

// Whether the schema states a type or more than one (int-or-string), and this is among them.
bool states(const Schema&, Type);

// Whether a number counts as an integer: JSON has one type of number, and 3.0 passes. Up to 2^53, within
// 1e-9.
bool is_whole(double);

std::optional<kube::FieldError> find_type_failure(const Json& value, const Schema&, const Path&);

// "spec.x in body must be of type string: "integer"", field.TypeInvalid.
kube::FieldError wrong_type(const Path&, std::string_view wanted, std::string_view found);

}  // namespace cw::schemas
