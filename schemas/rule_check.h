// Runs the rules of a schema (x-kubernetes-validations) over a value. Source: apiextensions-apiserver
// pkg/apiserver/schema/cel/validation.go. Recursion as in validate.h.
#pragma once

#include "lib/kube/field_error.h"
#include "schemas/schema.h"

namespace cw::schemas {

// The value must have passed the rest of the schema: rules rely on it. `old` as in validate().
kube::FieldErrors check_rules(const Json& value, const Schema&, const Json* old);

}  // namespace cw::schemas
