#include "controller/certificates/target_secret.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "controller/certificates/reasons.h"
#include "lib/api/names.h"
#include "lib/api/resources.h"
#include "lib/issuance/secret_data.h"
#include "lib/pki/pem.h"

namespace cw::controller::certificates {
namespace {

// Annotations that tell what certificate is inside; the ones that do not apply are taken away.
constexpr std::array kDetailAnnotations{api::kCommonNameAnnotation,
                                        api::kAltNamesAnnotation,
                                        api::kIpSansAnnotation,
                                        api::kUriSansAnnotation,
                                        api::kEmailSansAnnotation,
                                        api::kSubjectOrganizationsAnnotation,
                                        api::kSubjectCountriesAnnotation,
                                        api::kSubjectOrganizationalUnitsAnnotation,
                                        api::kSubjectLocalitiesAnnotation,
                                        api::kSubjectProvincesAnnotation,
                                        api::kSubjectStreetAddressesAnnotation,
                                        api::kSubjectPostalCodesAnnotation,
                                        api::kSubjectSerialNumberAnnotation};

bool wants_format(const api::CertificateSpec& spec, std::string_view type) {
  return std::any_of(spec.additional_output_formats.begin(), spec.additional_output_formats.end(),
                     [&](const api::CertificateOutputFormat& format) { return format.type == type; });
}

void set_or_erase(api::Secret& secret, std::string_view key, const std::string& value) {
  if (value.empty()) {
    secret.data.erase(key);
  } else {
    secret.data.set(key, kube::Bytes(value));
  }
}

// Bytes of the key's PEM block.
Result<std::string> der_of(const std::string& key_pem) {
  auto block = pki::PemReader(key_pem).next();
  if (!block) return Error{Code::Invalid, "tls.key is no PEM"};
  return std::move(block->bytes);
}

Status put_data(api::Secret& secret, const TargetContent& content, const api::CertificateSpec& spec,
                std::string_view issued_for, std::string_view name) {
  secret.data.set(api::kTlsPrivateKeyKey, kube::Bytes(content.key_pem));
  secret.data.set(api::kTlsCertificateKey, kube::Bytes(content.chain_pem));
  set_or_erase(secret, api::kCaCertificateKey, content.ca_pem);
  if (wants_format(spec, "DER")) {
    secret.data.set(api::kPrivateKeyDerKey, kube::Bytes(TRY(der_of(content.key_pem))));
  } else if (issued_for == name) {
    secret.data.erase(api::kPrivateKeyDerKey);
  }
  for (const auto key : keystore_data_keys()) {
    if (const auto made = content.keystores.find(key); made != content.keystores.end()) {
      secret.data.set(key, kube::Bytes(made->second));
    } else if (issued_for == name) {
      secret.data.erase(key);
    }
  }
  if (wants_format(spec, "CombinedPEM")) {
    secret.data.set(api::kCombinedPemKey, kube::Bytes(content.key_pem + "\n" + content.chain_pem));
  } else if (issued_for == name) {
    secret.data.erase(api::kCombinedPemKey);
  }
  return Done{};
}

void put_metadata(kube::ObjectMeta& metadata, const TargetContent& content,
                  const api::Certificate& certificate, const pki::Certificate& leaf) {
  if (const auto& wanted = certificate.spec.secret_template) {
    for (const auto& [key, value] : wanted->labels) metadata.labels.set(key, value);
    for (const auto& [key, value] : wanted->annotations) metadata.annotations.set(key, value);
  }
  metadata.labels.set(api::kFaoLabel, std::string(api::kLabelTrue));
  for (const auto key : kDetailAnnotations) metadata.annotations.erase(key);
  for (const auto& [key, value] : issuance::certificate_annotations(leaf))
    metadata.annotations.set(key, value);
  metadata.annotations.set(api::kCertificateNameAnnotation, certificate.metadata.name);
  if (content.names_issuer == NamesIssuer::No) {
    for (const auto key :
         {api::kIssuerNameAnnotation, api::kIssuerKindAnnotation, api::kIssuerGroupAnnotation}) {
      metadata.annotations.erase(key);
    }
  }
  if (!content.issuer) return;
  metadata.annotations.set(api::kIssuerNameAnnotation, content.issuer->name);
  metadata.annotations.set(api::kIssuerKindAnnotation, content.issuer->kind);
  metadata.annotations.set(api::kIssuerGroupAnnotation, content.issuer->group);
}

void put_owner(kube::ObjectMeta& metadata, const api::Certificate& certificate, const Settings& settings) {
  const auto& uid = certificate.metadata.uid;
  if (settings.owner_reference) {
    // Another controller of the Secret stays: two would be refused, and it was there first.
    static_cast<void>(
        kube::set_controller(metadata, kube::controller_reference(api::kCertificates, certificate.metadata)));
    return;
  }
  auto& owners = metadata.owner_references;
  for (std::size_t i = owners.size(); i > 0; --i) {
    if (owners[i - 1].uid == uid) owners.erase_at(i - 1);
  }
}

// The keystores that are there and wanted; target_drift sees those that are missing.
Keystores kept_keystores(const api::Secret& secret, const api::CertificateSpec& spec) {
  Keystores kept;
  for (const auto key : wanted_keystores(spec, secret.data.get(api::kCaCertificateKey).text())) {
    if (const auto* value = secret.data.find(key)) kept[key] = value->text();
  }
  return kept;
}

// A keystore that is missing, or there although nobody asks for it.
bool keystores_differ(const api::Secret& secret, const api::Certificate& certificate) {
  const api::CertificateSpec& spec = certificate.spec;
  const bool ours =
      secret.metadata.annotations.get(api::kCertificateNameAnnotation) == certificate.metadata.name;
  const auto wanted = wanted_keystores(spec, secret.data.get(api::kCaCertificateKey).text());
  const auto is_wanted = [&](std::string_view key) {
    return std::find(wanted.begin(), wanted.end(), key) != wanted.end();
  };
  const auto& keys = keystore_data_keys();
  return std::any_of(keys.begin(), keys.end(), [&](std::string_view key) {
    const bool present = secret.data.contains(key);
    return is_wanted(key) ? !present : present && ours;
  });
}

}  // namespace

Result<api::Secret> target_secret(const std::optional<api::Secret>& existing, const TargetContent& content,
                                  const api::Certificate& certificate, const Settings& settings) {
  auto leaf = content.leaf;
  if (!leaf) leaf = TRY(pki::Certificate::parse_pem(content.chain_pem));
  api::Secret secret;
  if (existing) secret = *existing;
  secret.metadata.name = certificate.spec.secret_name;
  secret.metadata.name_space = certificate.metadata.name_space;
  if (secret.type.empty()) secret.type = api::kTlsSecretType;
  const auto issued_for = secret.metadata.annotations.get(api::kCertificateNameAnnotation);
  TRY(put_data(secret, content, certificate.spec, issued_for, certificate.metadata.name));
  put_metadata(secret.metadata, content, certificate, *leaf);
  put_owner(secret.metadata, certificate, settings);
  return secret;
}

TargetContent content_of(const api::Secret& secret) {
  return {.key_pem = secret.data.get(api::kTlsPrivateKeyKey).text(),
          .chain_pem = secret.data.get(api::kTlsCertificateKey).text(),
          .ca_pem = secret.data.get(api::kCaCertificateKey).text(),
          .issuer = std::nullopt,
          .leaf = std::nullopt};
}

std::optional<Finding> target_drift(const api::Secret& secret, const api::Certificate& certificate,
                                    const Settings& settings) {
  TargetContent content = content_of(secret);
  content.keystores = kept_keystores(secret, certificate.spec);
  const auto wanted = target_secret(secret, content, certificate, settings);
  if (!wanted) return std::nullopt;
  if (secret.metadata.labels.get(api::kFaoLabel) != api::kLabelTrue) {
    return Finding{kSecretManagedMetadataMismatch,
                   "the label " + std::string(api::kFaoLabel) + " is missing"};
  }
  if (!kube::same_entries(wanted->metadata.labels, secret.metadata.labels) ||
      !kube::same_entries(wanted->metadata.annotations, secret.metadata.annotations)) {
    return Finding{kSecretTemplateMismatch, "labels or annotations of the Secret are not as asked for"};
  }
  if (keystores_differ(secret, certificate)) {
    return Finding{kSecretMismatch, "the Secret does not hold the keystores as asked for"};
  }
  if (!kube::same_entries(wanted->data, secret.data)) {
    return Finding{kAdditionalOutputFormatsMismatch,
                   "the Secret does not hold the additional output formats as asked for"};
  }
  if (!kube::same_items(wanted->metadata.owner_references, secret.metadata.owner_references)) {
    return Finding{kSecretOwnerRefMismatch, "the owner reference of the Secret is not as asked for"};
  }
  return std::nullopt;
}

}  // namespace cw::controller::certificates
