// The parts that validation of an issuer's spec is made of; internal to issuer*.cpp. `at` is the path of the
// part.
#pragma once

#include "lib/api/issuer.h"
#include "webhook/rules/rule.h"

namespace cw::webhook {

kube::FieldErrors check_acme(const api::AcmeIssuer&, const kube::FieldPath& at);
std::vector<std::string> acme_warnings(const api::AcmeIssuer&);
void list_acme_rules(RuleList&);

// Of the guard's annotations; `before` is nullptr on a create. Ours: what was stored before blocks no update.
kube::FieldErrors check_guard(const kube::ObjectMeta* before, const kube::ObjectMeta& after);
void list_guard_rules(RuleList&);

kube::FieldErrors check_http01(const api::Http01&, const kube::FieldPath& at);
void list_http01_rules(RuleList&);

kube::FieldErrors check_dns01(const api::Dns01&, const kube::FieldPath& at);
void list_dns01_rules(RuleList&);

// The providers with rules enough for a file of their own.
kube::FieldErrors check_azure_dns(const api::Dns01AzureDns&, const kube::FieldPath& at);
void list_azure_dns_rules(RuleList&);
kube::FieldErrors check_cloudflare(const api::Dns01Cloudflare&, const kube::FieldPath& at);
void list_cloudflare_rules(RuleList&);
kube::FieldErrors check_rfc2136(const api::Dns01Rfc2136&, const kube::FieldPath& at);
void list_rfc2136_rules(RuleList&);

kube::FieldErrors check_vault(const api::VaultIssuer&, const kube::FieldPath& at);
void list_vault_rules(RuleList&);
kube::FieldErrors check_vault_auth(const api::VaultAuth&, const kube::FieldPath& at);
void list_vault_auth_rules(RuleList&);

kube::FieldErrors check_venafi(const api::VenafiIssuer&, const kube::FieldPath& at);
void list_venafi_rules(RuleList&);

// A bundle of trusted certificates as the field accepts it: at least one CERTIFICATE block without headers
// parses; whatever else there is is skipped. Expiry and CA flag do not matter.
bool is_ca_bundle(std::string_view pem);

}  // namespace cw::webhook
