// Issuers and ClusterIssuers.
#include "webhook/advice/parts.h"
#include "webhook/advice/text.h"

namespace cw::webhook {
namespace {

constexpr std::string_view kSource = "issue B item 4";

bool is_in_clear(std::string_view url) { return url.starts_with("http://"); }

void ca_secret_exists(const IssuerView& issuer, const AdviceContext& context, AdviceSink& sink) {
  if (!issuer.spec.ca || issuer.secret_namespace.empty()) return;
  const kube::ObjectKey key{std::string(issuer.secret_namespace), issuer.spec.ca->secret_name};
  if (context.facts.secret(key).known != Known::Absent) return;
  sink.add("spec.ca.secretName", key.name,
           "there is no such Secret in namespace " + shown_value(plain(key.name_space, 40)) +
               ": the issuer is not Ready until it holds tls.crt and tls.key");
}

void account_key_is_no_certificates_secret(const IssuerView& issuer, const AdviceContext& context,
                                           AdviceSink& sink) {
  if (!issuer.spec.acme || issuer.secret_namespace.empty()) return;
  const kube::ObjectKey key{std::string(issuer.secret_namespace),
                            issuer.spec.acme->private_key_secret_ref.name};
  const auto certificates = context.facts.certificates_of_secret(key);
  if (certificates.empty()) return;
  sink.add("spec.acme.privateKeySecretRef.name", key.name,
           "Certificate " + shown_value(plain(certificates.front(), 40)) +
               " keeps its key pair in this Secret and would overwrite the account key: choose another name");
}

void acme_server_is_encrypted(const IssuerView& issuer, const AdviceContext& /*context*/, AdviceSink& sink) {
  if (!issuer.spec.acme || !is_in_clear(issuer.spec.acme->server)) return;
  sink.add("spec.acme.server", issuer.spec.acme->server,
           "ACME is spoken over TLS only (RFC 8555 6.1): use https://");
}

void acme_server_is_verified(const IssuerView& issuer, const AdviceContext& /*context*/, AdviceSink& sink) {
  if (!issuer.spec.acme || !issuer.spec.acme->skip_tls_verify) return;
  sink.add("spec.acme.skipTLSVerify", "",
           "anyone on the way can pose as the CA: leave it out and put the server's CA into caBundle");
}

void acme_issuer_has_solvers(const IssuerView& issuer, const AdviceContext& /*context*/, AdviceSink& sink) {
  if (!issuer.spec.acme || !issuer.spec.acme->solvers.empty()) return;
  sink.add("spec.acme.solvers", "", "without a solver no name can be proved: add an http01 or dns01 solver");
}

void vault_server_is_encrypted(const IssuerView& issuer, const AdviceContext& /*context*/, AdviceSink& sink) {
  if (!issuer.spec.vault || !is_in_clear(issuer.spec.vault->server)) return;
  sink.add("spec.vault.server", issuer.spec.vault->server,
           "the Vault token and the answers travel in the clear: use https://");
}

constexpr AdviceRule<IssuerView> kRules[] = {
    {"advice.issuer.ca.secret", kSource, ca_secret_exists},
    {"advice.issuer.acme.accountKey", kSource, account_key_is_no_certificates_secret},
    {"advice.issuer.acme.server", "RFC 8555 6.1", acme_server_is_encrypted},
    {"advice.issuer.acme.skipTLSVerify", "RFC 8555 6.1", acme_server_is_verified},
    {"advice.issuer.acme.solvers", "reference/controllers.md 5.3", acme_issuer_has_solvers},
    {"advice.issuer.vault.server", "Vault production hardening", vault_server_is_encrypted},
};

}  // namespace

IssuerAdvice issuer_advice() { return kRules; }

}  // namespace cw::webhook
