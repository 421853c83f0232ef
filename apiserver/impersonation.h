// Impersonation: a user acts as another, named in Impersonate-… headers, if it has the verb "impersonate" on
// each thing that they name. Thread-safe. Source: k8s.io/apiserver pkg/endpoints/filters/impersonation.
#pragma once

#include "apiserver/authorizer.h"
#include "lib/http/server.h"

namespace cw::apiserver {

// Who the request is to be served as: the user itself if it names no other.
kube::Outcome<kube::UserInfo> impersonate(const kube::UserInfo&, const http::Request&, const Authorizer&);

}  // namespace cw::apiserver
