#include "controller/certificates/target_secret.h"

#include <algorithm>
#include <string_view>

#include "controller/certificates/target_drift.h"
#include "lib/api/names.h"
#include "lib/api/resources.h"
#include "lib/issuance/secret_data.h"
#include "lib/pki/pem.h"

namespace cw::controller::certificates {
namespace {

bool wants_format(const api::CertificateSpec& spec, std::string_view type) {
  return std::any_of(spec.additional_output_formats.begin(), spec.additional_output_formats.end(),
                     [&](const api::CertificateOutputFormat& format) { return format.type == type; });
}

// Bytes of the key's PEM block.
Result<std::string> der_of(const std::string& key_pem) {
  auto block = pki::PemReader(key_pem).next();
  if (!block) return Error{Code::Invalid, "tls.key is no PEM"};
  return std::move(block->bytes);
}

Status put_data(api::Secret& secret, const TargetContent& content, const api::CertificateSpec& spec) {
  secret.data.set(api::kTlsPrivateKeyKey, kube::Bytes(content.key_pem));
  secret.data.set(api::kTlsCertificateKey, kube::Bytes(content.chain_pem));
  if (!content.ca_pem.empty()) secret.data.set(api::kCaCertificateKey, kube::Bytes(content.ca_pem));
  if (wants_format(spec, "DER")) {
    secret.data.set(api::kPrivateKeyDerKey, kube::Bytes(TRY(der_of(content.key_pem))));
  }
  if (wants_format(spec, "CombinedPEM")) {
    secret.data.set(api::kCombinedPemKey, kube::Bytes(content.key_pem + "\n" + content.chain_pem));
  }
  for (const auto& [key, bytes] : content.keystores) secret.data.set(key, kube::Bytes(bytes));
  return Done{};
}

void put_metadata(kube::ObjectMeta& metadata, const TargetContent& content,
                  const api::Certificate& certificate, const pki::Certificate& leaf) {
  if (const auto& wanted = certificate.spec.secret_template) {
    metadata.labels = wanted->labels;
    metadata.annotations = wanted->annotations;
  }
  metadata.labels.set(api::kFaoLabel, std::string(api::kLabelTrue));
  for (const auto& [key, value] : issuance::certificate_annotations(leaf))
    metadata.annotations.set(key, value);
  metadata.annotations.set(api::kCertificateNameAnnotation, certificate.metadata.name);
  if (!content.issuer) return;
  metadata.annotations.set(api::kIssuerNameAnnotation, content.issuer->name);
  metadata.annotations.set(api::kIssuerKindAnnotation, content.issuer->kind);
  metadata.annotations.set(api::kIssuerGroupAnnotation, content.issuer->group);
}

// Another controller of the Secret stays: two would be refused, and it was there first.
bool may_own(const std::optional<api::Secret>& existing, const api::Certificate& certificate) {
  const auto* controller = existing ? kube::find_controller(existing->metadata) : nullptr;
  return controller == nullptr || controller->uid == certificate.metadata.uid;
}

// The keystores that are there and wanted; target_drift sees those that are missing.
Keystores kept_keystores(const api::Secret& secret, const api::CertificateSpec& spec) {
  Keystores kept;
  for (const auto key : wanted_keystores(spec, secret.data.get(api::kCaCertificateKey).text())) {
    if (const auto* value = secret.data.find(key)) kept[key] = value->text();
  }
  return kept;
}

}  // namespace

Result<api::Secret> target_secret(const std::optional<api::Secret>& existing, const TargetContent& content,
                                  const api::Certificate& certificate, const Settings& settings) {
  auto leaf = content.leaf;
  if (!leaf) leaf = TRY(pki::Certificate::parse_pem(content.chain_pem, settings.pem));
  api::Secret secret;
  secret.metadata.name = certificate.spec.secret_name;
  secret.metadata.name_space = certificate.metadata.name_space;
  if (existing) {
    secret.metadata.uid = existing->metadata.uid;
    secret.metadata.resource_version = existing->metadata.resource_version;
  }
  secret.type = existing && !existing->type.empty() ? existing->type : api::kTlsSecretType;
  TRY(put_data(secret, content, certificate.spec));
  put_metadata(secret.metadata, content, certificate, *leaf);
  if (settings.owner_reference && may_own(existing, certificate)) {
    secret.metadata.owner_references.push_back(
        kube::controller_reference(api::kCertificates, certificate.metadata));
  }
  return secret;
}

bool has_all_of(const api::Secret& secret, const api::Secret& wanted) {
  const auto covers = [](const auto& all, const auto& some) {
    return std::all_of(some.begin(), some.end(), [&](const auto& entry) {
      const auto* found = all.find(entry.first);
      return found != nullptr && *found == entry.second;
    });
  };
  const auto& owners = secret.metadata.owner_references;
  const auto& wanted_owners = wanted.metadata.owner_references;
  return covers(secret.data, wanted.data) && covers(secret.metadata.labels, wanted.metadata.labels) &&
         covers(secret.metadata.annotations, wanted.metadata.annotations) &&
         std::all_of(wanted_owners.begin(), wanted_owners.end(), [&](const auto& owner) {
           return std::find(owners.begin(), owners.end(), owner) != owners.end();
         });
}

TargetContent content_of(const api::Secret& secret) {
  const auto& annotations = secret.metadata.annotations;
  TargetContent content{.key_pem = secret.data.get(api::kTlsPrivateKeyKey).text(),
                        .chain_pem = secret.data.get(api::kTlsCertificateKey).text(),
                        .ca_pem = secret.data.get(api::kCaCertificateKey).text()};
  if (annotations.contains(api::kIssuerNameAnnotation)) {
    content.issuer = {.name = annotations.get(api::kIssuerNameAnnotation),
                      .kind = annotations.get(api::kIssuerKindAnnotation),
                      .group = annotations.get(api::kIssuerGroupAnnotation)};
  }
  return content;
}

std::optional<Finding> target_drift(const api::Secret& secret, const OwnedFields& owned,
                                    const api::Certificate& certificate, const Settings& settings) {
  TargetContent content = content_of(secret);
  content.keystores = kept_keystores(secret, certificate.spec);
  const auto wanted = target_secret(secret, content, certificate, settings);
  if (!wanted) return std::nullopt;
  return find_drift({.secret = secret, .owned = owned, .wanted = *wanted, .certificate = certificate});
}

}  // namespace cw::controller::certificates
