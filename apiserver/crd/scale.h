// The scale subresource of a custom resource: a Scale (autoscaling/v1) made from an object and put back into
// it. Pure. Source: apiextensions-apiserver pkg/registry/customresource/etcd.go.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "apiserver/resource_row.h"
#include "lib/base/result.h"

namespace cw::apiserver {

// The kind Scale, as which such requests are decoded and told to webhooks; it has no place of its own.
const ResourceRow& scale_row();
Json scale_of(const Json& object, const ResourceRow&);
// Whether the object says how many it wants; a Scale cannot tell that from none.
bool has_replicas(const Json& object, const ResourceRow&);
// ".spec.replicas"
std::string replicas_path(const ResourceRow&);
// `object` with the wanted number. Invalid: what is wrong with the scale.
FieldErrors put_scale(Json& object, const Json& scale, const ResourceRow&);

}  // namespace cw::apiserver
