// Validation of a value against a schema, with the same failures as kube-apiserver 1.36 for a custom
// resource: field, class and text. Source: kube-openapi pkg/validation/validate and apiextensions-apiserver
// pkg/apiserver/validation. Some of its habits look odd and are kept, for they decide what is let in: a list
// passes for a string that has a format; an integer out of the range of its format is reported without a
// field. Pure; thread-safe. Recursion is bounded by kube::kMaxJsonDepth, which the caller must have checked.
#pragma once

#include "lib/kube/field_error.h"
#include "schemas/outcome.h"
#include "schemas/path.h"
#include "schemas/schema.h"

namespace cw::schemas {

// `old` is the value that an update replaces: failures of parts that stay as they were are forgiven. nullptr
// on creation.
kube::FieldErrors validate(const Json& value, const Schema&, const Json* old = nullptr);

}  // namespace cw::schemas
