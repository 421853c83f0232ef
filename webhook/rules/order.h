// Immutability of Order: a create is never refused. Stricter than the field: the whole spec is frozen.
#pragma once

#include "lib/api/order.h"
#include "webhook/rules/rule.h"

namespace cw::webhook {

Findings validate_create(const api::Order&, const RuleOptions&);
Findings validate_update(const api::Order& before, const api::Order& after, const RuleOptions&);

void list_order_rules(RuleList&);

}  // namespace cw::webhook
