// The key of a CertificateRequest. A Certificate cannot ask for a small RSA key: CRT-22 refuses it.
#include "lib/pki/csr.h"
#include "webhook/advice/parts.h"

namespace cw::webhook {
namespace {

constexpr int kMinRsaBits = 2048;

// CA/Browser Forum baseline requirements 6.1.5.
bool refuses_small_keys(const AdviceContext& context) {
  if (context.issuer.known != Known::Present) return false;
  const api::IssuerSpec& issuer = context.issuer.issuer->spec;
  return issuer.acme || issuer.venafi;
}

void rsa_key_is_large_enough(const api::CertificateRequest& request, const AdviceContext& context,
                             AdviceSink& sink) {
  if (!refuses_small_keys(context)) return;
  const auto csr = pki::Csr::parse_pem(request.spec.request.text());
  if (!csr || !csr->public_key()) return;
  const pki::PublicKey& key = *csr->public_key();
  if (key.algorithm() != pki::KeyAlgorithm::Rsa || key.size() >= kMinRsaBits) return;
  sink.add("spec.request", "",
           "its RSA key has " + std::to_string(key.size()) +
               " bits, and this kind of issuer refuses less than 2048: make a request with a larger key");
}

constexpr AdviceRule<api::CertificateRequest> kRules[] = {
    {"advice.certificateRequest.privateKey.size", "issue B item 4; CA/Browser Forum baseline 6.1.5",
     rsa_key_is_large_enough},
};

}  // namespace

RequestAdvice request_key_advice() { return kRules; }

}  // namespace cw::webhook
