// Patches of JSON documents: RFC 6902 (a list of operations, read as gopkg.in/evanphx/json-patch.v4 does:
// what is missing may be replaced, tested for null and copied) and RFC 7386 (merge). Pure. Errors: Invalid,
// with the number of the operation that failed. A patch is hostile input: operations, depth and the work that
// they cause are limited.
#pragma once

#include <cstddef>

#include <nlohmann/json_fwd.hpp>

#include "lib/base/result.h"

namespace cw::kube {

using Json = nlohmann::json;

struct JsonPatchLimits {
  std::size_t operations = 10'000;   // as kube-apiserver
  std::size_t copied = 3UL << 20U;   // JSON values that copy and move may touch
  std::size_t shifted = 50'000'000;  // array elements that inserts and removals may shift
};

// All operations or none. `document` may be any JSON value.
Result<Json> apply_json_patch(Json document, const Json& patch, const JsonPatchLimits& = {});

// RFC 7386: members of null are removed, objects merge, all else replaces.
Json merged(Json document, const Json& patch);
// The smallest RFC 7386 patch that makes `before` into `after`; {} if they are equal. A null inside `after`
// cannot be expressed and counts as absent.
Json merge_patch_between(const Json& before, const Json& after);

}  // namespace cw::kube
