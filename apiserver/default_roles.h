// The roles and bindings that every cluster has from the start (definitions/roles.json): cluster-admin,
// admin, edit, view, what every user may do, who reads the server's client CA, and the ClusterRoles of
// manifests/install/12-rbac-people.yaml.
#pragma once

#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "lib/base/result.h"
#include "lib/kube/client.h"

namespace cw::apiserver {

// Creates those that are missing, and adds what is missing in those that an older version made, unless their
// annotation rbac.authorization.kubernetes.io/autoupdate is "false".
Status make_default_roles(const kube::KubeReader&, kube::KubeWriter&);

}  // namespace cw::apiserver
