// The operations on objects from which server-side apply is made. Pure; recursion is bounded by the depth of
// the objects (kube::kMaxJsonDepth).
// Source: sigs.k8s.io/structured-merge-diff typed/{compare,merge,remove,tofieldset}.go.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "apiserver/field_set.h"
#include "apiserver/merge_type.h"

namespace cw::apiserver {

struct FieldChanges {
  FieldSet added = {};
  FieldSet modified = {};
  FieldSet removed = {};
};

FieldChanges compare_fields(const Json& before, const Json& after, const MergeType&);
// Every field that the object states.
FieldSet fields_of(const Json& object, const MergeType&);
// What `config` states on top of `live`.
Json merge_objects(const Json& live, const Json& config, const MergeType&);
// The object without those fields.
Json without_fields(const Json& object, const FieldSet&, const MergeType&);

}  // namespace cw::apiserver
