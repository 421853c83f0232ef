// The half of reading a schema that restricts values: enum, format, pattern, bounds, counts, required.
#pragma once

#include <string>
#include <vector>

#include "lib/base/result.h"
#include "schemas/schema.h"

namespace cw::schemas {

// `to` must have its type already. Invalid with what is wrong, without a place.
Status read_values(const Json& openapi, Schema& to);

// A list of strings; empty when the member is not there.
Result<std::vector<std::string>> read_strings(const Json& openapi, const char* name);

}  // namespace cw::schemas
