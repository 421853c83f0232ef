// Grants: nobody may give rights that he has not got. Asked before a role or binding is written; whoever has
// the verb "escalate" on the role, or "bind" on the role that a binding names, is free of it. Thread-safe.
// Source: k8s.io/kubernetes pkg/registry/rbac/*/policybased/storage.go.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "apiserver/authorizer.h"
#include "apiserver/resource_row.h"
#include "lib/kube/status.h"

namespace cw::apiserver {

struct GrantAsked {
  const ResourceRow& row;
  kube::ObjectKey key;  // of the request line; without a name it is a creation
  const Json& object;
  const Json* old = nullptr;  // null: a creation
  const kube::UserInfo& user;
};

// 403 with the rights that are missing; 404 if a binding names a role that is not there.
kube::Outcome<Done> check_grant(const GrantAsked&, const Authorizer&);

}  // namespace cw::apiserver
