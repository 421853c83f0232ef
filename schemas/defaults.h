// The defaults of a schema, set where a member is missing, or null without being nullable. Source:
// apiextensions-apiserver pkg/apiserver/schema/defaulting/algorithm.go. Recursion as in prune.h.
#pragma once

#include "schemas/schema.h"

namespace cw::schemas {

void apply_defaults(Json& value, const Schema&);

}  // namespace cw::schemas
