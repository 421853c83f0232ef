// The second step of a write: the members that the server itself sets or puts back. Pure but for names and
// UIDs, which are random. Source: k8s.io/apiserver pkg/registry/rest/{create,update}.go.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "apiserver/resource_row.h"
#include "lib/base/clock.h"
#include "lib/kube/status.h"

namespace cw::apiserver {

// metadata.namespace of an object in a request for `name_space`: filled in, or dropped for a resource without
// namespaces. 400 if it is another one.
kube::Outcome<Done> match_namespace(Json& object, const ResourceRow&, const std::string& name_space);
// 400 unless metadata.name is the name on the request line; an object without one gets it.
kube::Outcome<Done> match_name(Json& object, const std::string& name);

// 400 where it has to have one.
kube::StatusError without_name(const std::string& name_of_path);

// What no client says of a new object; gone before anybody counts who owns what.
void wipe_system_fields(Json& metadata);
// What a client may not set goes; name, UID, time and generation are made.
void prepare_create(Json& object, const ResourceRow&, TimePoint now);

// `next` is what the client wants, `old` is stored. Afterwards only what this part may change differs.
void prepare_update(Json& next, const Json& old, const ResourceRow&, ObjectPart, TimePoint now);

// An update that names another UID means another object: 409, as the store of kube-apiserver words it.
kube::Outcome<Done> check_uid(const Json& wanted, const Json& stored, const ResourceRow&);

}  // namespace cw::apiserver
