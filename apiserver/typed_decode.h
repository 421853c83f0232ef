// How Go decodes JSON into the types of the core kinds, done to the tree: unknown members go, values that are
// zero or null go unless the type keeps them, times and bytes come into their one form. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "apiserver/type_catalog.h"

namespace cw::apiserver {

struct TypedFindings {
  // The first value of a wrong type or form, in Go's words:
  // "json: cannot unmarshal number into Go struct field ConfigMap.data of type string".
  std::optional<std::string> error;
  // The same as Go says it who converts from one tree to another: "cannot convert int64 to string".
  std::optional<std::string> conversion;
  std::vector<std::string> unknown;  // paths: "spec.foo", "secrets[0].bar"
};

// "number", "bool", "object": what Go calls the kind of a value.
std::string go_kind(const Json& value);

// `value` should be an object; recursion is bounded by the depth of the type.
Json decode_typed(Json value, const ValueType&, TypedFindings&);

}  // namespace cw::apiserver
