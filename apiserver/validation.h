// The validation step of a write. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "apiserver/resource_row.h"
#include "lib/kube/status.h"

namespace cw::apiserver {

// 422 with every cause. Objects are in the form that the resource serves, prepared.
kube::Outcome<Done> validate_create(const Json& object, const ResourceRow&);
kube::Outcome<Done> validate_update(const Json& next, const Json& old, const ResourceRow&, ObjectPart);

}  // namespace cw::apiserver
