// Whether whoever holds some rules holds all that others would give: nobody may grant rights that he has not
// got. Pure. Source: k8s.io/kubernetes pkg/registry/rbac/validation (Covers, CompactRules, CompactString).
#pragma once

#include <string>
#include <vector>

#include "lib/rbac/rules.h"

namespace cw::rbac {

// The rights of `wanted` that `held` does not have, one rule a group and resource (and name), or path.
// Empty: all are held.
std::vector<PolicyRule> missing_rules(const std::vector<PolicyRule>& held,
                                      const std::vector<PolicyRule>& wanted);
// "{APIGroups:["apps"], Resources:["pods"], Verbs:["get" "list"]}"
std::string text_of(const PolicyRule&);

}  // namespace cw::rbac
