#include "controller/issuers/solver_secrets.h"

#include <optional>
#include <string_view>

namespace cw::controller::issuers {
namespace {

class Secrets {
 public:
  void add(std::string_view field, const api::SecretKeySelector& secret) {
    if (!secret.name.empty()) found_.push_back({"dns01." + std::string(field), secret.name, secret.key});
  }
  void add(std::string_view field, const std::optional<api::SecretKeySelector>& secret) {
    if (secret) add(field, *secret);
  }
  std::vector<SolverSecret> take() { return std::move(found_); }

 private:
  std::vector<SolverSecret> found_;
};

}  // namespace

std::vector<SolverSecret> solver_secrets(const api::Solver& solver) {
  Secrets secrets;
  if (!solver.dns01) return {};
  const auto& dns01 = *solver.dns01;
  if (dns01.akamai) {
    secrets.add("akamai.clientTokenSecretRef", dns01.akamai->client_token_secret_ref);
    secrets.add("akamai.clientSecretSecretRef", dns01.akamai->client_secret_secret_ref);
    secrets.add("akamai.accessTokenSecretRef", dns01.akamai->access_token_secret_ref);
  }
  if (dns01.cloud_dns) {
    secrets.add("cloudDNS.serviceAccountSecretRef", dns01.cloud_dns->service_account_secret_ref);
  }
  if (dns01.cloudflare) {
    secrets.add("cloudflare.apiKeySecretRef", dns01.cloudflare->api_key_secret_ref);
    secrets.add("cloudflare.apiTokenSecretRef", dns01.cloudflare->api_token_secret_ref);
  }
  if (dns01.route53) {
    secrets.add("route53.accessKeyIDSecretRef", dns01.route53->access_key_id_secret_ref);
    secrets.add("route53.secretAccessKeySecretRef", dns01.route53->secret_access_key_secret_ref);
  }
  if (dns01.azure_dns)
    secrets.add("azureDNS.clientSecretSecretRef", dns01.azure_dns->client_secret_secret_ref);
  if (dns01.digitalocean) secrets.add("digitalocean.tokenSecretRef", dns01.digitalocean->token_secret_ref);
  if (dns01.acme_dns) secrets.add("acmeDNS.accountSecretRef", dns01.acme_dns->account_secret_ref);
  if (dns01.rfc2136) secrets.add("rfc2136.tsigSecretSecretRef", dns01.rfc2136->tsig_secret_secret_ref);
  return secrets.take();
}

}  // namespace cw::controller::issuers
