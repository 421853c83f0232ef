// Strategic merge patch: a merge patch in which lists are merged too, as the type of the object says (patch
// strategy and merge key in definitions/core.json). Pure.
// Source: k8s.io/apimachinery pkg/util/strategicpatch/patch.go.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "apiserver/type_catalog.h"
#include "lib/base/result.h"

namespace cw::apiserver {

// Directives: $patch (replace, delete, merge), $deleteFromPrimitiveList/…, $setElementOrder/…, $retainKeys.
// Invalid if one of them is malformed; Internal, as in kube-apiserver, if something cannot be merged: an item
// that lacks its merge key, say.
Result<Json> apply_strategic_patch(Json object, const Json& patch, const ValueType&);

}  // namespace cw::apiserver
