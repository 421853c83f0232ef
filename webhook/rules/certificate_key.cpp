// The key and how it may be used: spec.privateKey, signatureAlgorithm, usages, revisionHistoryLimit.
#include <algorithm>

#include "lib/issuance/usages.h"
#include "webhook/rules/certificate_parts.h"
#include "webhook/rules/shown.h"

namespace cw::webhook {
namespace {

using kube::FieldErrors;
using kube::FieldPath;

constexpr std::int64_t kMinRsaBits = 2048;
constexpr std::int64_t kMaxRsaBits = 8192;

struct AlgorithmSignatures {
  std::string_view key_algorithm;
  std::string_view signatures[3];
};
constexpr AlgorithmSignatures kSignatures[] = {
    {"RSA", {"SHA256WithRSA", "SHA384WithRSA", "SHA512WithRSA"}},
    {"ECDSA", {"ECDSAWithSHA256", "ECDSAWithSHA384", "ECDSAWithSHA512"}},
    {"Ed25519", {"PureEd25519", "", ""}},
};

std::string_view key_algorithm(const CertificateSpec& spec) {
  return spec.private_key && !spec.private_key->algorithm.empty()
             ? std::string_view(spec.private_key->algorithm)
             : "RSA";
}

const AlgorithmSignatures* find_signatures(std::string_view algorithm) {
  const auto* found = std::find_if(std::begin(kSignatures), std::end(kSignatures),
                                   [&](const auto& row) { return row.key_algorithm == algorithm; });
  return found == std::end(kSignatures) ? nullptr : found;
}

FieldErrors rsa_size_fits(const CertificateSpec& spec, const FieldPath& at) {
  if (!spec.private_key || key_algorithm(spec) != "RSA") return {};
  const std::int64_t size = spec.private_key->size;
  if (size <= 0 || (size >= kMinRsaBits && size <= kMaxRsaBits)) return {};
  return {
      kube::invalid(at.child("privateKey.size"), shown(size), "must be 2048 to 8192 bits for an RSA key")};
}

FieldErrors ecdsa_size_is_a_curve(const CertificateSpec& spec, const FieldPath& at) {
  if (!spec.private_key || key_algorithm(spec) != "ECDSA") return {};
  const std::int64_t size = spec.private_key->size;
  if (size <= 0 || size == 256 || size == 384 || size == 521) return {};
  return {kube::not_supported(at.child("privateKey.size"), shown(size), {"256", "384", "521"})};
}

FieldErrors algorithm_is_known(const CertificateSpec& spec, const FieldPath& at) {
  if (!spec.private_key || find_signatures(key_algorithm(spec)) != nullptr) return {};
  return {kube::invalid(at.child("privateKey.algorithm"), shown_enum(spec.private_key->algorithm),
                        "must be RSA, ECDSA or Ed25519, or left out for RSA")};
}

FieldErrors signature_fits_key(const CertificateSpec& spec, const FieldPath& at) {
  const AlgorithmSignatures* row = find_signatures(key_algorithm(spec));
  if (spec.signature_algorithm.empty() || row == nullptr) return {};
  const auto& fitting = row->signatures;
  if (std::find(std::begin(fitting), std::end(fitting), spec.signature_algorithm) != std::end(fitting))
    return {};
  std::vector<std::string> names;
  for (const std::string_view name : fitting) {
    if (!name.empty()) names.emplace_back(name);
  }
  return {
      kube::invalid(at.child("signatureAlgorithm"), shown_enum(spec.signature_algorithm),
                    "an " + std::string(row->key_algorithm) + " key signs with one of " + go_slice(names))};
}

FieldErrors usages_are_known(const CertificateSpec& spec, const FieldPath& at) {
  FieldErrors errors;
  for (std::size_t i = 0; i < spec.usages.size(); ++i) {
    if (issuance::is_known_usage(spec.usages[i])) continue;
    errors.push_back(kube::invalid(at.child("usages").index(i), shown_enum(spec.usages[i]),
                                   "is no usage of keys that is known"));
  }
  return errors;
}

FieldErrors history_keeps_one(const CertificateSpec& spec, const FieldPath& at) {
  if (!spec.revision_history_limit || *spec.revision_history_limit >= 1) return {};
  return {kube::invalid(at.child("revisionHistoryLimit"), shown(*spec.revision_history_limit),
                        "must be 1 or more, or left out")};
}

constexpr Rule<CertificateSpec> kRules[] = {
    {"certificate.privateKey.size.rsa", "CRT-22; validation/certificate.go", rsa_size_fits},
    {"certificate.privateKey.size.ecdsa", "CRT-23; validation/certificate.go", ecdsa_size_is_a_curve},
    {"certificate.privateKey.algorithm", "CRT-24; validation/certificate.go", algorithm_is_known},
    {"certificate.signatureAlgorithm", "CRT-25; validation/certificate.go", signature_fits_key},
    {"certificate.usages.known", "CRT-33; validation/certificate.go", usages_are_known},
    {"certificate.revisionHistoryLimit", "CRT-34; validation/certificate.go", history_keeps_one},
};

}  // namespace

FieldErrors check_key(const CertificateSpec& spec, const FieldPath& at, const RuleOptions& options) {
  return run_rules<CertificateSpec>(kRules, spec, at, options);
}

void list_key_rules(RuleList& into) { list_rows(into, kRules); }

}  // namespace cw::webhook
