// Whether a configuration that is to be applied fits the type, before it is merged. Pure; recursion is
// bounded by the depth of the object (kube::kMaxJsonDepth). Source: sigs.k8s.io/structured-merge-diff
// typed/validate.go.
#pragma once

#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "apiserver/merge_type.h"

namespace cw::apiserver {

// ".spec.nope: field not declared in schema", two items with one key, or a value of another form; several in
// lines of their own. nullopt if the object can be applied.
std::optional<std::string> find_untyped(const Json& config, const MergeType&);

}  // namespace cw::apiserver
