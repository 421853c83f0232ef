// RoleAggregation: keeps the rules of a ClusterRole that has an aggregationRule those of the ClusterRoles
// that it selects. Driven by step(). Not thread-safe. Source: k8s.io/kubernetes
// pkg/controller/clusterroleaggregation.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "apiserver/api_parts.h"
#include "apiserver/write_path.h"

namespace cw::apiserver {

class RoleAggregation {
 public:
  RoleAggregation(const ApiParts& parts, NamespaceGate& gate) : parts_(parts), writes_(parts, gate) {}

  // True if anything was changed: then call again.
  bool step();

 private:
  bool aggregate(const std::vector<ObjectPtr>& roles, const Json& role);

  ApiParts parts_;
  WritePath writes_;
  std::vector<ObjectPtr> seen_;  // as the roles were at the last step
};

}  // namespace cw::apiserver
