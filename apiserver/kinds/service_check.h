// What makes a Service invalid. Pure.
#pragma once

#include "apiserver/resource_row.h"

namespace cw::apiserver {

FieldErrors check_service(const Json& service);
FieldErrors check_service_update(const Json& next, const Json& old);
FieldErrors check_service_status(const Json& next, const Json& old, ObjectPart part);
// Addresses and their families: asked before addresses are given too.
FieldErrors check_cluster_ips(const Json& service);
std::vector<std::string> warn_of_service(const Json& service, const Json* old);

}  // namespace cw::apiserver
