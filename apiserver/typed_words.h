// Go's words for a value that is not of its type. Pure. Source: Go's encoding/json, and what apimachinery's
// pkg/runtime/converter.go says where it reads a tree.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "apiserver/type_catalog.h"

namespace cw::apiserver {

// "int32", "v1.SecretType", "map[string]string"
std::string go_type(const ValueType&);
// Types with code of their own for reading JSON.
bool reads_itself(const ValueType&);
// "number", or "number 1.5" where a whole number should be.
std::string read_kind(const Json& value, const ValueType&);
// "cannot convert int64 to string"
std::string no_conversion(const Json& value, const ValueType&);

}  // namespace cw::apiserver
