// Immutability of Challenge: its spec is frozen, its status free; a create is never refused.
#pragma once

#include "lib/api/challenge.h"
#include "webhook/rules/rule.h"

namespace cw::webhook {

Findings validate_create(const api::Challenge&, const RuleOptions&);
Findings validate_update(const api::Challenge& before, const api::Challenge& after, const RuleOptions&);

void list_challenge_rules(RuleList&);

}  // namespace cw::webhook
