// spec.secretName: who else keeps something in that Secret.
#include <algorithm>

#include "lib/api/names.h"
#include "webhook/advice/parts.h"
#include "webhook/advice/text.h"

namespace cw::webhook {
namespace {

constexpr std::string_view kPath = "spec.secretName";
constexpr std::string_view kSource = "issue B item 4; reference/policy.md 3.7";
constexpr std::size_t kNameBytes = 40;

kube::ObjectKey secret_of(const api::Certificate& certificate, const AdviceContext& context) {
  return {std::string(context.name_space), certificate.spec.secret_name};
}

void add(const api::Certificate& certificate, AdviceSink& sink, std::string detail) {
  sink.add(std::string(kPath), certificate.spec.secret_name, std::move(detail));
}

void secret_is_not_shared(const api::Certificate& certificate, const AdviceContext& context,
                          AdviceSink& sink) {
  for (const std::string& name : context.facts.certificates_of_secret(secret_of(certificate, context))) {
    if (name == certificate.metadata.name) continue;
    return add(
        certificate, sink,
        "Certificate " + shown_value(plain(name, kNameBytes)) +
            " keeps its key pair in the same Secret and each would overwrite the other: give each its own");
  }
}

void secret_is_not_the_issuers_ca(const api::Certificate& certificate, const AdviceContext& context,
                                  AdviceSink& sink) {
  if (context.issuer.known != Known::Present || !context.issuer.issuer->spec.ca) return;
  if (context.issuer.issuer->spec.ca->secret_name != certificate.spec.secret_name) return;
  const auto issuers = context.facts.issuers_of_ca_secret(secret_of(certificate, context));
  if (std::find(issuers.begin(), issuers.end(), context.issuer_key) == issuers.end()) return;
  add(certificate, sink,
      "this is the CA Secret of the issuer itself, which the certificate would overwrite: choose another "
      "name");
}

void secret_is_not_the_account_key(const api::Certificate& certificate, const AdviceContext& context,
                                   AdviceSink& sink) {
  if (context.issuer.known != Known::Present || !context.issuer.issuer->spec.acme) return;
  const std::string_view where = context.issuer_key.name_space.empty()
                                     ? context.facts.cluster_resource_namespace()
                                     : std::string_view(context.issuer_key.name_space);
  if (where != context.name_space) return;
  if (context.issuer.issuer->spec.acme->private_key_secret_ref.name != certificate.spec.secret_name) return;
  add(certificate, sink,
      "the issuer keeps its ACME account key in this Secret, which would be overwritten: choose another "
      "name");
}

void secret_is_not_foreign(const api::Certificate& certificate, const AdviceContext& context,
                           AdviceSink& sink) {
  const SecretFact secret = context.facts.secret(secret_of(certificate, context));
  if (secret.known != Known::Present || !secret.certificate_name.empty()) return;
  add(certificate, sink,
      "this Secret exists and belongs to no Certificate, and would be overwritten: choose another name or "
      "delete it first");
}

constexpr AdviceRule<api::Certificate> kRules[] = {
    {"advice.certificate.secretName.shared", kSource, secret_is_not_shared},
    {"advice.certificate.secretName.caSecret", kSource, secret_is_not_the_issuers_ca},
    {"advice.certificate.secretName.accountKey", kSource, secret_is_not_the_account_key},
    {"advice.certificate.secretName.foreign", kSource, secret_is_not_foreign},
};

}  // namespace

CertificateAdvice secret_advice() { return kRules; }

}  // namespace cw::webhook
