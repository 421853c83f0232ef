#include "controller/certificates/target_drift.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "controller/certificates/keystores.h"
#include "controller/certificates/reasons.h"
#include "lib/api/names.h"
#include "lib/kube/field_error.h"

namespace cw::controller::certificates {
namespace {

using Check = std::optional<Finding> (*)(const WeighedTarget&);

// What cert-manager itself keeps on the Secret; every other label or annotation of ours is of the template.
bool is_managed(std::string_view key) {
  return key.starts_with("cert-manager.io/") || key.starts_with("controller.cert-manager.io/");
}

enum class Kind : bool { Template, Managed };

Names keys_of(const kube::Map& entries) {
  Names names;
  for (const auto& [key, value] : entries) names.insert(key);
  return names;
}

Names only(Kind kind, Names names) {
  std::erase_if(names, [&](const std::string& name) { return is_managed(name) != (kind == Kind::Managed); });
  return names;
}

// The first wanted entry of that kind that is not there as wanted; empty if all are.
std::string first_differing(const kube::Map& wanted, const kube::Map& present, Kind kind) {
  for (const auto& [key, value] : wanted) {
    const auto* found = present.find(key);
    if (is_managed(key) == (kind == Kind::Managed) && (found == nullptr || *found != value)) return key;
  }
  return {};
}

// Whoever owns these: their values are judged, by the policies and by details_differ.
Names without_named(Names annotations) {
  for (const auto key : {api::kCertificateNameAnnotation, api::kIssuerNameAnnotation,
                         api::kIssuerKindAnnotation, api::kIssuerGroupAnnotation}) {
    annotations.erase(std::string(key));
  }
  return annotations;
}

bool owns_exactly(const WeighedTarget& target, Kind kind) {
  const auto& wanted = target.wanted.metadata;
  const auto& owned = target.owned;
  return only(kind, owned.labels) == only(kind, keys_of(wanted.labels)) &&
         only(kind, without_named(owned.annotations)) ==
             only(kind, without_named(keys_of(wanted.annotations)));
}

std::optional<Finding> label_missing(const WeighedTarget& target) {
  if (target.secret.metadata.labels.get(api::kFaoLabel) == api::kLabelTrue) return std::nullopt;
  return Finding{kSecretManagedMetadataMismatch,
                 "the label " + std::string(api::kFaoLabel) + " is missing or not true"};
}

std::optional<Finding> details_differ(const WeighedTarget& target) {
  const auto key =
      first_differing(target.wanted.metadata.annotations, target.secret.metadata.annotations, Kind::Managed);
  if (key.empty()) return std::nullopt;
  return Finding{kSecretTemplateMismatch, "the annotation " + key + " does not fit the certificate"};
}

std::optional<Finding> managed_ownership(const WeighedTarget& target) {
  if (owns_exactly(target, Kind::Managed)) return std::nullopt;
  return Finding{kSecretManagedMetadataMismatch,
                 "labels or annotations of cert-manager.io on the Secret are not the ones it should have"};
}

std::optional<Finding> template_differs(const WeighedTarget& target) {
  const auto& wanted = target.wanted.metadata;
  const auto& present = target.secret.metadata;
  auto key = first_differing(wanted.labels, present.labels, Kind::Template);
  if (key.empty()) key = first_differing(wanted.annotations, present.annotations, Kind::Template);
  if (key.empty()) return std::nullopt;
  return Finding{kSecretTemplateMismatch, kube::quoted(key) + " of spec.secretTemplate is not on the Secret"};
}

std::optional<Finding> template_ownership(const WeighedTarget& target) {
  if (owns_exactly(target, Kind::Template)) return std::nullopt;
  return Finding{kSecretTemplateMismatch,
                 "labels or annotations are on the Secret that spec.secretTemplate no longer names"};
}

constexpr std::array kFormatKeys{api::kPrivateKeyDerKey, api::kCombinedPemKey};

std::optional<Finding> formats_differ(const WeighedTarget& target) {
  for (const auto key : kFormatKeys) {
    const auto* wanted = target.wanted.data.find(key);
    const auto* present = target.secret.data.find(key);
    if (wanted == nullptr || (present != nullptr && *present == *wanted)) continue;
    return Finding{
        kAdditionalOutputFormatsMismatch,
        std::string(key) + ", of spec.additionalOutputFormats, is missing or not what it should be"};
  }
  return std::nullopt;
}

std::optional<Finding> formats_ownership(const WeighedTarget& target) {
  for (const auto key : kFormatKeys) {
    if (target.owned.data.contains(key) == target.wanted.data.contains(key)) continue;
    return Finding{kAdditionalOutputFormatsMismatch,
                   std::string(key) + " is not kept as spec.additionalOutputFormats says"};
  }
  return std::nullopt;
}

std::optional<Finding> owner_differs(const WeighedTarget& target) {
  const auto& wanted = target.wanted.metadata.owner_references;
  const auto& present = target.secret.metadata.owner_references;
  const bool is_there = std::all_of(wanted.begin(), wanted.end(), [&](const auto& owner) {
    return std::find(present.begin(), present.end(), owner) != present.end();
  });
  const bool is_owned = target.owned.owners.contains(target.certificate.metadata.uid);
  if (is_there && is_owned == !wanted.empty()) return std::nullopt;
  return Finding{kSecretOwnerRefMismatch, "the owner reference of the Secret is not as asked for"};
}

// One that is missing, or of ours although nobody asks for it any more.
std::optional<Finding> keystores_differ(const WeighedTarget& target) {
  const auto ca = target.secret.data.get(api::kCaCertificateKey).text();
  const auto wanted = wanted_keystores(target.certificate.spec, ca);
  for (const auto key : keystore_data_keys()) {
    const bool is_wanted = std::find(wanted.begin(), wanted.end(), key) != wanted.end();
    const bool is_right = is_wanted ? target.secret.data.contains(key) : !target.owned.data.contains(key);
    if (is_right) continue;
    return Finding{kSecretMismatch, std::string(key) + " is not kept as spec.keystores says"};
  }
  return std::nullopt;
}

constexpr std::array<Check, 9> kChecks{label_missing,     details_differ,     managed_ownership,
                                       template_differs,  template_ownership, formats_differ,
                                       formats_ownership, owner_differs,      keystores_differ};

}  // namespace

std::optional<Finding> find_drift(const WeighedTarget& target) {
  for (const Check check : kChecks) {
    if (auto finding = check(target)) return finding;
  }
  return std::nullopt;
}

}  // namespace cw::controller::certificates
