// Validation of CertificateRequestPolicy: the rules are those of lib/policy, which compiles policies by them
// too. A create and an update are judged alike. Source: reference/policy.md 1.7.
#pragma once

#include "lib/api/certificate_request_policy.h"
#include "webhook/rules/rule.h"

namespace cw::webhook {

Findings validate_create(const api::CertificateRequestPolicy&, const RuleOptions&);
Findings validate_update(const api::CertificateRequestPolicy& before,
                         const api::CertificateRequestPolicy& after, const RuleOptions&);

void list_certificate_request_policy_rules(RuleList&);

}  // namespace cw::webhook
