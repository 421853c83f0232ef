// The parts that validation of CertificateRequest is made of; internal to certificate_request*.cpp.
#pragma once

#include "lib/api/certificate_request.h"
#include "webhook/rules/rule.h"

namespace cw::webhook {

// spec.request and spec.usages; stops at the first fault. `at` is "spec".
kube::FieldErrors check_csr(const api::CertificateRequestSpec&, const kube::FieldPath& at,
                            const RuleOptions&);
void list_csr_rules(RuleList&);

// What approval conditions there may be, whoever set them. `at` is "status".
kube::FieldErrors check_approval(const api::CertificateRequestStatus&, const kube::FieldPath& at,
                                 const RuleOptions&);
void list_approval_rules(RuleList&);

}  // namespace cw::webhook
