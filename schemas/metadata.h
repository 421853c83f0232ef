// The metadata of an object as kube-apiserver takes it in: typed, without what ObjectMeta does not have.
// Source: apiextensions-apiserver pkg/apiserver/schema/objectmeta/coerce.go. managedFields are kept as they
// are.
#pragma once

#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/kube/json.h"

namespace cw::schemas {

// Rewrites object["metadata"], if it is there, in its canonical form (empty members left out, times in UTC).
// Returns the paths of what was unknown and is gone: "metadata.foo". Invalid when a member has the wrong
// type.
// `path` is where the metadata is in the whole object, for both.
Result<std::vector<std::string>> normalize_metadata(kube::Json& object, const std::string& path = "metadata");

}  // namespace cw::schemas
