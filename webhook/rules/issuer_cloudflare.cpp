// dns01.cloudflare: an API key with its e-mail address, or an API token.
#include "webhook/rules/issuer_parts.h"

namespace cw::webhook {
namespace {

using api::Dns01Cloudflare;
using kube::FieldErrors;
using kube::FieldPath;

constexpr RequiredField<Dns01Cloudflare> kRequired[] = {
    {"issuer.acme.dns01.cloudflare.apiKey.name.required", "DNS-29; validation/issuer.go",
     "apiKeySecretRef.name",
     [](const Dns01Cloudflare& c) { return c.api_key_secret_ref && c.api_key_secret_ref->name.empty(); }},
    {"issuer.acme.dns01.cloudflare.apiKey.key.required", "DNS-30; validation/issuer.go",
     "apiKeySecretRef.key",
     [](const Dns01Cloudflare& c) { return c.api_key_secret_ref && c.api_key_secret_ref->key.empty(); }},
    {"issuer.acme.dns01.cloudflare.apiToken.name.required", "DNS-31; validation/issuer.go",
     "apiTokenSecretRef.name",
     [](const Dns01Cloudflare& c) { return c.api_token_secret_ref && c.api_token_secret_ref->name.empty(); }},
    {"issuer.acme.dns01.cloudflare.apiToken.key.required", "DNS-32; validation/issuer.go",
     "apiTokenSecretRef.key",
     [](const Dns01Cloudflare& c) { return c.api_token_secret_ref && c.api_token_secret_ref->key.empty(); }},
    {"issuer.acme.dns01.cloudflare.email.required", "DNS-35; validation/issuer.go", "email",
     [](const Dns01Cloudflare& c) { return c.api_key_secret_ref && c.email.empty(); },
     "an API key needs the account's e-mail address"},
};

FieldErrors one_credential(const Dns01Cloudflare& cloudflare, const FieldPath& at) {
  if (!cloudflare.api_key_secret_ref || !cloudflare.api_token_secret_ref) return {};
  return {kube::forbidden(at, "give either apiKeySecretRef or apiTokenSecretRef, not both")};
}

FieldErrors some_credential(const Dns01Cloudflare& cloudflare, const FieldPath& at) {
  if (cloudflare.api_key_secret_ref || cloudflare.api_token_secret_ref) return {};
  return {kube::required(at, "give apiKeySecretRef or apiTokenSecretRef")};
}

constexpr Rule<Dns01Cloudflare> kRules[] = {
    {"issuer.acme.dns01.cloudflare.one", "DNS-33; validation/issuer.go", one_credential},
    {"issuer.acme.dns01.cloudflare.some", "DNS-34; validation/issuer.go", some_credential},
};

}  // namespace

FieldErrors check_cloudflare(const Dns01Cloudflare& cloudflare, const FieldPath& at) {
  FieldErrors all = run_required<Dns01Cloudflare>(kRequired, cloudflare, at);
  append(all, run_rules<Dns01Cloudflare>(kRules, cloudflare, at, {}));
  return all;
}

void list_cloudflare_rules(RuleList& into) {
  list_rows(into, kRequired);
  list_rows(into, kRules);
}

}  // namespace cw::webhook
