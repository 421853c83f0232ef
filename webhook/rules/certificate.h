// Validation of Certificate. The tables in certificate_*.cpp are the whole behaviour; a create and an update
// are judged alike, but what is stricter than the field does not block what is stored already.
#pragma once

#include "lib/api/certificate.h"
#include "webhook/rules/rule.h"

namespace cw::webhook {

Findings validate_create(const api::Certificate&, const RuleOptions&);
Findings validate_update(const api::Certificate& before, const api::Certificate& after, const RuleOptions&);

void list_certificate_rules(RuleList&);

}  // namespace cw::webhook
