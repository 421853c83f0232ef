// The flags of policy (docs/policy.md): those that webhook and controller must agree on, and those of the
// webhook. What they say is policy::Options once no rule refuses it.
#pragma once

#include "cli/component_flags.h"
#include "cli/settings.h"
#include "lib/kube/field_error.h"
#include "lib/policy/options.h"
#include "webhook/rules/rule.h"

namespace cw::cli {

// --policy, --policy-unmatched, --policy-rbac, --policy-controller-user.
void add_policy_flags(ComponentFlags&, PolicySettings&);
// --policy-admission and its like.
void add_policy_admission_flags(ComponentFlags&, PolicySettings&);

// In the same two parts.
kube::FieldErrors check_policy(const PolicySettings&);
kube::FieldErrors check_policy_admission(const PolicySettings&);
void list_policy_config_rules(webhook::RuleList&);
void list_policy_admission_config_rules(webhook::RuleList&);

// Of settings that no rule refuses.
policy::Options policy_options(const PolicySettings&);

}  // namespace cw::cli
