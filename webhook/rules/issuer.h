// Validation of Issuer and ClusterIssuer, which have the same spec. A create and an update are judged alike.
// The tables in issuer*.cpp are the whole behaviour.
#pragma once

#include "lib/api/issuer.h"
#include "webhook/rules/rule.h"

namespace cw::webhook {

Findings validate_create(const api::Issuer&, const RuleOptions&);
Findings validate_update(const api::Issuer& before, const api::Issuer& after, const RuleOptions&);
Findings validate_create(const api::ClusterIssuer&, const RuleOptions&);
Findings validate_update(const api::ClusterIssuer& before, const api::ClusterIssuer& after,
                         const RuleOptions&);

void list_issuer_rules(RuleList&);

}  // namespace cw::webhook
