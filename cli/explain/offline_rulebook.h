// Roles and bindings of manifests as a Rulebook: aggregated ClusterRoles are filled as
// kube-controller-manager fills them, and the roles that every cluster has (cluster-admin, admin, edit, view)
// are there as far as they can concern policies. Source: k8s.io/kubernetes
// pkg/controller/clusterroleaggregation, plugin/pkg/auth/authorizer/rbac/bootstrappolicy.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/explain/request_input.h"
#include "lib/rbac/rules.h"

namespace cw::cli::explain {

// Manifests of other kinds are passed over. Invalid: a role or binding cannot be decoded.
Result<std::unique_ptr<const rbac::Rulebook>> rulebook_from(const std::vector<Manifest>&,
                                                            const std::string& name_space);

}  // namespace cw::cli::explain
