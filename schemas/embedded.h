// x-kubernetes-embedded-resource: an object inside an object must say what it is. Source:
// apiextensions-apiserver pkg/apiserver/schema/objectmeta/validation.go.
#pragma once

#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/kube/field_error.h"
#include "schemas/schema.h"

namespace cw::schemas {

// Brings the metadata of embedded objects into canonical form. Returns the paths of what was unknown and is
// gone; Invalid when metadata, apiVersion or kind have the wrong type.
Result<std::vector<std::string>> normalize_embedded(Json& value, const Schema&);

// The types that embedded objects must state, and the names and labels that they have.
kube::FieldErrors check_embedded(const Json& value, const Schema&);

}  // namespace cw::schemas
