#include "controller/certificates/policy.h"

#include <array>
#include <span>

#include "controller/certificates/reasons.h"
#include "lib/api/names.h"
#include "lib/kube/field_error.h"
#include "lib/pki/public_key.h"

namespace cw::controller::certificates {
namespace {

using Check = std::optional<Finding> (*)(const View&, const SecretFacts&);

std::optional<Finding> incomplete(const View& /*view*/, const SecretFacts& secret) {
  if (secret.has_key && secret.has_certificate) return std::nullopt;
  const auto missing = secret.has_key ? api::kTlsCertificateKey : api::kTlsPrivateKeyKey;
  return Finding{kMissingData, "the Secret has no " + std::string(missing)};
}

std::optional<Finding> no_key_pair(const View& /*view*/, const SecretFacts& secret) {
  if (!secret.key_problem.empty()) {
    return Finding{kInvalidKeyPair, "tls.key in the Secret cannot be read: " + secret.key_problem};
  }
  if (!secret.certificate_problem.empty()) {
    return Finding{kInvalidCertificate,
                   "tls.crt in the Secret cannot be read: " + secret.certificate_problem};
  }
  if (secret.key_matches_certificate) return std::nullopt;
  return Finding{kInvalidKeyPair, "tls.key in the Secret does not belong to the certificate in tls.crt"};
}

std::optional<Finding> other_issuer(const View& view, const SecretFacts& secret) {
  if (!secret.issuer_name && !secret.issuer_kind && !secret.issuer_group) return std::nullopt;
  const api::IssuerReference issued_by{.name = secret.issuer_name.value_or(""),
                                       .kind = secret.issuer_kind.value_or(""),
                                       .group = secret.issuer_group.value_or("")};
  if (api::same_issuer(issued_by, view.spec().issuer_ref)) return std::nullopt;
  return Finding{kIncorrectIssuer,
                 "the certificate in the Secret was issued by " + std::string(api::issuer_kind(issued_by)) +
                     " " + kube::quoted(issued_by.name) + ", not by the issuer in spec.issuerRef"};
}

std::optional<Finding> other_certificate(const View& view, const SecretFacts& secret) {
  if (!secret.certificate_name || *secret.certificate_name == view.name()) return std::nullopt;
  return Finding{kIncorrectCertificate, "the Secret was issued for the Certificate " +
                                            kube::quoted(*secret.certificate_name) +
                                            "; two Certificates must not name the same Secret"};
}

std::optional<Finding> key_against_spec(const View& /*view*/, const SecretFacts& secret) {
  if (secret.key_violations.empty()) return std::nullopt;
  return Finding{kSecretMismatch, "the key in the Secret differs from " + joined(secret.key_violations)};
}

std::optional<Finding> key_against_request(const View& view, const SecretFacts& secret) {
  const auto current = current_request(view);
  if (current.request == nullptr) return std::nullopt;
  if (current.request->key_spki.empty()) {
    return Finding{kInvalidCertificateRequest, "spec.request of CertificateRequest " +
                                                   kube::quoted(current.request->object->metadata.name) +
                                                   " cannot be read"};
  }
  if (same_key(current.request->key_spki, secret.key_spki)) return std::nullopt;
  return Finding{kSecretMismatch, "the key in the Secret is not the one that CertificateRequest " +
                                      kube::quoted(current.request->object->metadata.name) +
                                      " was made with"};
}

std::optional<Finding> spec_changed(const View& view, const SecretFacts& /*secret*/) {
  const auto current = current_request(view);
  if (current.request == nullptr) {
    if (view.certificate_violations.empty()) return std::nullopt;
    return Finding{kSecretMismatch,
                   "the certificate in the Secret differs from " + joined(view.certificate_violations)};
  }
  const auto& violations = current.request->violations;
  if (!violations || violations->empty()) return std::nullopt;
  return Finding{kRequestChanged,
                 "the certificate was requested with other values of " + joined(*violations)};
}

// The field lets it pass for the real one where nothing has been issued before.
std::optional<Finding> only_temporary(const View& /*view*/, const SecretFacts& secret) {
  if (!secret.temporary) return std::nullopt;
  return Finding{kTemporaryCertificate, "the Secret holds a temporary certificate"};
}

constexpr std::array<Check, 8> kChecks{incomplete,          no_key_pair,    other_issuer,
                                       other_certificate,   only_temporary, key_against_spec,
                                       key_against_request, spec_changed};
constexpr std::size_t kPairChecks = 2;  // of the first

std::optional<Finding> first_of(const View& view, std::span<const Check> checks) {
  if (!view.secret) {
    return Finding{kDoesNotExist, "Secret " + kube::quoted(view.spec().secret_name) + " does not exist"};
  }
  for (const Check check : checks) {
    if (auto finding = check(view, *view.secret)) return finding;
  }
  return std::nullopt;
}

}  // namespace

bool same_key(const std::string& spki, const std::string& other_spki) {
  if (spki.empty() || other_spki.empty()) return false;
  if (spki == other_spki) return true;
  const auto key = pki::PublicKey::parse_spki(spki);
  const auto other = pki::PublicKey::parse_spki(other_spki);
  return key && other && *key == *other;
}

std::string foreign_secret_text(const std::string& name, const std::string& type) {
  return "Secret " + kube::quoted(name) + " has type " + type +
         ", which holds no certificates, and is not written; name another one in spec.secretName, or delete "
         "it";
}

std::optional<Finding> first_mismatch(const View& view) { return first_of(view, kChecks); }

std::optional<Finding> missing_pair(const View& view) {
  return first_of(view, std::span(kChecks).first(kPairChecks));
}

}  // namespace cw::controller::certificates
