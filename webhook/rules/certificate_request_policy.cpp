#include "webhook/rules/certificate_request_policy.h"

#include "lib/policy/compiled_policy.h"

namespace cw::webhook {

Findings validate_create(const api::CertificateRequestPolicy& policy, const RuleOptions&) {
  return {policy::validate(policy), {}};
}

Findings validate_update(const api::CertificateRequestPolicy&, const api::CertificateRequestPolicy& after,
                         const RuleOptions&) {
  return {policy::validate(after), {}};
}

void list_certificate_request_policy_rules(RuleList& into) {
  for (const policy::PolicyRuleInfo& rule : policy::policy_rules()) into.push_back({rule.id, rule.source});
}

}  // namespace cw::webhook
