// Lists that are sets or maps must not have the same item, or the same keys, twice. Source:
// apiextensions-apiserver pkg/apiserver/schema/listtype. Pure. Recursion as in validate.h.
#pragma once

#include "lib/kube/field_error.h"
#include "schemas/schema.h"

namespace cw::schemas {

// One failure for each value that stands more than once, at its second place.
kube::FieldErrors find_duplicate_items(const Json& value, const Schema&);

}  // namespace cw::schemas
