// The checks of a number: the range of its format, minimum, maximum, multipleOf, as kube-openapi does them.
#pragma once

#include "schemas/outcome.h"
#include "schemas/path.h"
#include "schemas/schema.h"

namespace cw::schemas {

// `value` must be a number.
Outcome check_number(const Json& value, const Schema&, const Path&);

}  // namespace cw::schemas
