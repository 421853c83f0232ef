#include "controller/requests/ca_signer.h"

#include <utility>
#include <vector>

#include "lib/issuance/certificate_template.h"
#include "lib/pki/chain.h"
#include "lib/pki/signer.h"

namespace cw::controller::requests {
namespace {

constexpr const char* kSigningError = "SigningError";

SignOutcome cannot_load(const Error& error) {
  switch (error.code) {
    case Code::NotFound:
      return Pend{"SecretMissing", error.message};
    case Code::Invalid:
      return Pend{"SecretInvalidData", error.message};
    default:
      return Retry{"SecretGetError", error};
  }
}

Result<pki::CertificateBundle> make_bundle(const issuers::CaKeyPair& pair,
                                           const issuance::RequestedCertificate& requested) {
  auto leaf = TRY(pki::sign_certificate(requested.certificate, requested.key, pair.certificate(), pair.key));
  std::vector<pki::Certificate> certificates = pair.chain;
  certificates.insert(certificates.end(), pair.others.begin(), pair.others.end());
  certificates.push_back(std::move(leaf));
  return pki::build_bundle(std::move(certificates));
}

}  // namespace

SignOutcome CaSigner::sign(const api::CertificateRequest& request, const api::Issuer& issuer, TimePoint now) {
  const auto pair = key_pairs_.load({directory_.resource_namespace(issuer), issuer.spec.ca->secret_name});
  if (!pair) return cannot_load(pair.error());
  return sign_with(**pair, request, *issuer.spec.ca, now);
}

SignOutcome sign_with(const issuers::CaKeyPair& pair, const api::CertificateRequest& request,
                      const api::CaIssuer& issuer, TimePoint now) {
  const auto requested =
      issuance::certificate_template(request.spec,
                                     {.crl_distribution_points = issuer.crl_distribution_points.items(),
                                      .ocsp_servers = issuer.ocsp_servers.items(),
                                      .issuing_certificate_urls = issuer.issuing_certificate_urls.items()},
                                     now);
  if (!requested) {
    return Failed{kSigningError, "the request cannot be signed: " + requested.error().message};
  }
  auto bundle = make_bundle(pair, *requested);
  if (!bundle) return Failed{kSigningError, "signing failed: " + bundle.error().message};
  return Issued{std::move(bundle->chain_pem), std::move(bundle->ca_pem)};
}

}  // namespace cw::controller::requests
