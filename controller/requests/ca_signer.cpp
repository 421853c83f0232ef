#include "controller/requests/ca_signer.h"

#include <utility>
#include <vector>

#include "controller/issuers/ca_health.h"
#include "lib/base/time_text.h"
#include "lib/issuance/certificate_template.h"
#include "lib/pki/ca_limits.h"
#include "lib/pki/chain.h"
#include "lib/pki/lint.h"
#include "lib/pki/signer.h"

namespace cw::controller::requests {
namespace {

constexpr const char* kSigningError = "SigningError";

using issuers::Outliving;

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
  const auto inspect = [&](const pki::Certificate& rehearsed) -> Status {
    TRY(pki::lint(rehearsed));
    return pki::check_ca_limits(pair.certificate(), rehearsed);
  };
  auto leaf =
      TRY(pki::sign_certificate(requested.certificate, requested.key, pair.certificate(), pair.key, inspect));
  auto certificates = pair.all();
  certificates.push_back(std::move(leaf));
  return pki::build_bundle(std::move(certificates));
}

Outliving outliving_of(const api::CertificateRequest& request, const api::Issuer& issuer) {
  const bool allowed = issuers::may_outlive_ca(issuer.metadata) == Outliving::Allowed ||
                       issuers::may_outlive_ca(request.metadata) == Outliving::Allowed;
  return allowed ? Outliving::Allowed : Outliving::Refused;
}

// The answer says so if it is shorter than what was asked for.
std::string end_with_ca(pki::CertificateTemplate& wanted, const pki::Certificate& ca) {
  if (wanted.not_after <= ca.not_after()) return {};
  wanted.not_after = ca.not_after();
  return "it ends with its CA, at " + format_time(ca.not_after()) +
         ", before the duration that was asked for";
}

}  // namespace

SignOutcome CaSigner::sign(const api::CertificateRequest& request, const api::Issuer& issuer, TimePoint now) {
  const auto pair = key_pairs_.load({directory_.resource_namespace(issuer), issuer.spec.ca->secret_name});
  if (!pair) return cannot_load(pair.error());
  return sign_with(**pair, request, issuer, now, limits_);
}

SignOutcome sign_with(const issuers::CaKeyPair& pair, const api::CertificateRequest& request,
                      const api::Issuer& issuer, TimePoint now, const pki::PemLimits& limits) {
  const auto outliving = outliving_of(request, issuer);
  // The issuer is about to say so too; until then the request waits as it does for any issuer.
  auto problem = issuers::validity_problem(pair.certificate(), outliving, now);
  if (!problem.empty()) return Pend{"IssuerNotReady", std::move(problem)};
  const api::CaIssuer& ca = *issuer.spec.ca;
  auto requested =
      issuance::certificate_template(request.spec,
                                     {.crl_distribution_points = ca.crl_distribution_points.items(),
                                      .ocsp_servers = ca.ocsp_servers.items(),
                                      .issuing_certificate_urls = ca.issuing_certificate_urls.items()},
                                     now, limits);
  if (!requested) {
    return Failed{kSigningError, "the request cannot be signed: " + requested.error().message};
  }
  std::string remark;
  if (outliving == Outliving::Refused) remark = end_with_ca(requested->certificate, pair.certificate());
  auto bundle = make_bundle(pair, *requested);
  if (!bundle) return Failed{kSigningError, "signing failed: " + bundle.error().message};
  return Issued{std::move(bundle->chain_pem), std::move(bundle->ca_pem), std::move(remark)};
}

}  // namespace cw::controller::requests
