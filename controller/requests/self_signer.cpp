#include "controller/requests/self_signer.h"

#include <nlohmann/json.hpp>

#include "lib/api/names.h"
#include "lib/api/resources.h"
#include "lib/api/secret.h"
#include "lib/issuance/certificate_template.h"
#include "lib/kube/field_error.h"
#include "lib/pki/lint.h"
#include "lib/pki/signer.h"

namespace cw::controller::requests {
namespace {

// DER of a Name without attributes.
constexpr std::string_view kEmptyName{"\x30\x00", 2};

SignOutcome cannot_read(const Error& error) {
  switch (error.code) {
    case Code::NotFound:
      return Pend{"MissingSecret", error.message};
    case Code::Invalid:
      return Pend{"ErrorParsingKey", error.message};
    default:
      return Retry{"ErrorGettingSecret", error};
  }
}

}  // namespace

kube::ObjectKey key_secret_of(const api::CertificateRequest& request) {
  return {request.metadata.name_space, request.metadata.annotations.get(api::kPrivateKeySecretAnnotation)};
}

SignOutcome SelfSigner::sign(const api::CertificateRequest& request, const api::Issuer& issuer,
                             TimePoint now) {
  const auto secret = key_secret_of(request);
  if (secret.name.empty()) {
    return Failed{"MissingAnnotation", "a self-signed request needs the annotation " +
                                           std::string(api::kPrivateKeySecretAnnotation) +
                                           " with the name of the Secret that holds its key"};
  }
  const auto key = read_key(secret);
  if (!key) return cannot_read(key.error());
  const auto requested = issuance::certificate_template(
      request.spec, {.crl_distribution_points = issuer.spec.self_signed->crl_distribution_points.items()},
      now, limits_);
  if (!requested) {
    return Failed{"ErrorGenerating", "the request cannot be signed: " + requested.error().message};
  }
  if (!(requested->key == key->public_key())) {
    return Failed{"ErrorKeyMatch", "the key in Secret " + kube::quoted(secret.name) +
                                       " is not the one that the request was made with"};
  }
  const auto signed_certificate = pki::self_sign(requested->certificate, *key, pki::lint);
  if (!signed_certificate) {
    return Failed{"ErrorSigning", "signing failed: " + signed_certificate.error().message};
  }
  if (requested->certificate.raw_subject == kEmptyName) warn_of_empty_subject(request);
  const auto pem = signed_certificate->to_pem();
  return Issued{pem, pem};
}

Result<pki::PrivateKey> SelfSigner::read_key(const kube::ObjectKey& key) const {
  const auto json = reader_.get(api::kSecrets, key);
  if (!json && json.error().code == Code::NotFound) {
    return Error{Code::NotFound, "the Secret with the request's key, " + kube::quoted(key.name) +
                                     ", does not exist in namespace " + kube::quoted(key.name_space)};
  }
  if (!json) return json.error();
  const auto secret = TRY(api::decode_secret(*json));
  const auto* pem = secret.data.find(api::kTlsPrivateKeyKey);
  if (pem == nullptr || pem->empty()) {
    return Error{Code::Invalid,
                 "Secret " + kube::quoted(key.name) + " has no " + std::string(api::kTlsPrivateKeyKey)};
  }
  auto parsed = pki::PrivateKey::parse_pem(pem->text(), limits_);
  if (parsed) return parsed;
  return Error{Code::Invalid, std::string(api::kTlsPrivateKeyKey) + " of Secret " + kube::quoted(key.name) +
                                  " is no private key: " + parsed.error().message};
}

void SelfSigner::warn_of_empty_subject(const api::CertificateRequest& request) {
  events_.record(runtime::subject_of(api::kCertificateRequests, request.metadata),
                 {runtime::EventType::Warning, "BadConfig",
                  "the subject is empty, so a self-signed certificate has no issuer name either, which RFC "
                  "5280 does not allow; set spec.commonName or spec.subject"});
}

}  // namespace cw::controller::requests
