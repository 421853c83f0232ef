// Validation of CertificateRequest. A create judges the request itself; an update only what must stay as it
// is, so the stored spec is never judged twice. Who asks is webhook/policy's.
#pragma once

#include "lib/api/certificate_request.h"
#include "webhook/rules/rule.h"

namespace cw::webhook {

Findings validate_create(const api::CertificateRequest&, const RuleOptions&);
Findings validate_update(const api::CertificateRequest& before, const api::CertificateRequest& after,
                         const RuleOptions&);

void list_certificate_request_rules(RuleList&);

}  // namespace cw::webhook
