#include "controller/certificates/facts.h"

#include <charconv>
#include <string_view>

#include "controller/certificates/temporary.h"
#include "lib/api/names.h"
#include "lib/issuance/request_match.h"
#include "lib/pki/csr.h"

namespace cw::controller::certificates {
namespace {

std::string_view value_of(const api::Secret& secret, std::string_view key) {
  const auto* value = secret.data.find(key);
  return value != nullptr ? std::string_view(value->text()) : std::string_view();
}

std::optional<std::string> annotation(const api::Secret& secret, std::string_view key) {
  const auto* value = secret.metadata.annotations.find(key);
  return value != nullptr ? std::optional(*value) : std::nullopt;
}

std::vector<std::string> key_violations(const pki::PublicKey& key, const api::CertificateSpec& spec) {
  auto violations = issuance::key_violations(key, spec);
  if (violations) return *std::move(violations);
  return {"spec.privateKey (" + violations.error().message + ")"};
}

std::optional<pki::PublicKey> read_key(std::string_view pem, const api::CertificateSpec& spec,
                                       const pki::PemLimits& limits, SecretFacts& facts) {
  facts.has_key = !pem.empty();
  if (!facts.has_key) return std::nullopt;
  const auto key = pki::PrivateKey::parse_pem(pem, limits);
  if (!key) {
    facts.key_problem = key.error().message;
    return std::nullopt;
  }
  facts.key_spki = key->public_key().spki_der();
  facts.key_violations = key_violations(key->public_key(), spec);
  return key->public_key();
}

std::optional<pki::Certificate> read_certificate(std::string_view pem, const pki::PemLimits& limits,
                                                 SecretFacts& facts) {
  facts.has_certificate = !pem.empty();
  if (!facts.has_certificate) return std::nullopt;
  auto certificate = pki::Certificate::parse_pem(pem, limits);
  if (!certificate) {
    facts.certificate_problem = certificate.error().message;
    return std::nullopt;
  }
  facts.temporary = is_temporary(*certificate);
  facts.not_before = certificate->not_before();
  facts.not_after = certificate->not_after();
  return *std::move(certificate);
}

}  // namespace

TargetFacts facts_of_target(const api::Secret& secret, const api::CertificateSpec& spec,
                            const pki::PemLimits& limits) {
  TargetFacts facts;
  const auto key = read_key(value_of(secret, api::kTlsPrivateKeyKey), spec, limits, facts.secret);
  facts.certificate = read_certificate(value_of(secret, api::kTlsCertificateKey), limits, facts.secret);
  facts.secret.key_matches_certificate = key && facts.certificate && facts.certificate->matches(*key);
  facts.secret.certificate_name = annotation(secret, api::kCertificateNameAnnotation);
  facts.secret.issuer_name = annotation(secret, api::kIssuerNameAnnotation);
  facts.secret.issuer_kind = annotation(secret, api::kIssuerKindAnnotation);
  facts.secret.issuer_group = annotation(secret, api::kIssuerGroupAnnotation);
  // A CA may bear the name of the one that temporary certificates come from; those name no issuer.
  facts.secret.temporary = facts.secret.temporary && !facts.secret.issuer_name;
  facts.secret.foreign_type = foreign_type_of(secret);
  facts.secret.authorities =
      authority_marks(value_of(secret, api::kTlsCertificateKey), value_of(secret, api::kCaCertificateKey));
  return facts;
}

SecretFacts facts_after_issue(const View& view, const api::CertificateRequest& request,
                              const std::string& key_spki, const pki::Certificate& certificate) {
  const auto& issuer = request.spec.issuer_ref;
  return {.has_key = true,
          .has_certificate = true,
          .key_problem = {},
          .certificate_problem = {},
          .key_spki = key_spki,
          .key_violations = {},
          .key_matches_certificate = true,
          .not_before = certificate.not_before(),
          .not_after = certificate.not_after(),
          .certificate_name = view.name(),
          .issuer_name = issuer.name,
          .issuer_kind = issuer.kind,
          .issuer_group = issuer.group,
          .authorities = authority_marks(request.status.certificate.text(), request.status.ca.text())};
}

std::optional<std::int64_t> revision_of(const api::CertificateRequest& request) {
  const auto text = request.metadata.annotations.get(api::kCertificateRevisionAnnotation);
  std::int64_t revision = 0;
  const auto [stop, problem] = std::from_chars(text.data(), text.data() + text.size(), revision);
  if (text.empty() || problem != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
  return revision;
}

WeighedRequest weigh_request(const api::CertificateRequest& request, const api::CertificateSpec& spec,
                             const pki::PemLimits& limits) {
  WeighedRequest weighed{.violations = issuance::request_violations(request.spec, spec, limits)};
  const auto csr = pki::Csr::parse_pem(request.spec.request.text(), limits);
  if (csr && csr->public_key()) weighed.key_spki = csr->public_key()->spki_der();
  return weighed;
}

Result<pki::PrivateKey> next_key_of(const api::Secret& secret, const pki::PemLimits& limits) {
  return pki::PrivateKey::parse_pem(value_of(secret, api::kTlsPrivateKeyKey), limits);
}

std::string foreign_type_of(const api::Secret& secret) {
  const bool holds_pairs =
      secret.type.empty() || secret.type == api::kTlsSecretType || secret.type == api::kOpaqueSecretType;
  if (holds_pairs || secret.metadata.annotations.contains(api::kCertificateNameAnnotation)) return {};
  return secret.type;
}

NextKey facts_of_next_key(std::string name, std::string uid, const pki::PrivateKey& key,
                          const api::CertificateSpec& spec) {
  auto violations = issuance::key_violations(key.public_key(), spec);
  // What the spec asks for cannot be had at all: another key would not help, so this one stays.
  return {.name = std::move(name),
          .uid = std::move(uid),
          .spki = key.public_key().spki_der(),
          .violations = violations ? *std::move(violations) : std::vector<std::string>{}};
}

}  // namespace cw::controller::certificates
