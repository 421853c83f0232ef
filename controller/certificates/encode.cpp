#include "controller/certificates/encode.h"

#include <algorithm>
#include <string_view>

#include <nlohmann/json.hpp>

#include "lib/api/certificate_request.h"
#include "lib/api/names.h"
#include "lib/api/resources.h"
#include "lib/api/secret.h"
#include "lib/kube/encode.h"

namespace cw::controller::certificates {
namespace {

bool matches(std::string_view prefix, std::string_view key) {
  return prefix == "*" || key.starts_with(prefix);
}

bool is_copied(std::string_view key, const std::vector<std::string>& prefixes) {
  bool wanted = false;
  for (const std::string_view prefix : prefixes) {
    if (prefix.starts_with('-')) {
      if (matches(prefix.substr(1), key)) return false;
    } else {
      wanted = wanted || matches(prefix, key);
    }
  }
  return wanted;
}

}  // namespace

kube::Json status_patch(const api::Certificate& as_read, const api::CertificateStatus& wanted) {
  kube::Json status = kube::to_json(wanted);
  const kube::Json before = kube::to_json(as_read.status);
  for (const auto& [name, value] : before.items()) {
    if (!status.contains(name)) status[name] = nullptr;
  }
  if (!status.contains("conditions") || status["conditions"].is_null()) {
    status["conditions"] = kube::Json::array();
  }
  return {{"metadata", {{"resourceVersion", as_read.metadata.resource_version}}},
          {"status", std::move(status)}};
}

Result<kube::Json> next_key_secret(const api::Certificate& certificate, const std::string& name,
                                   const pki::PrivateKey& key) {
  const auto pem = TRY(key.to_pem(pki::KeyEncoding::Pkcs8));
  api::Secret secret;
  secret.metadata.name = name;
  secret.metadata.name_space = certificate.metadata.name_space;
  secret.metadata.labels.set(api::kNextPrivateKeyLabel, std::string(api::kLabelTrue));
  secret.metadata.labels.set(api::kFaoLabel, std::string(api::kLabelTrue));
  secret.metadata.owner_references.push_back(
      kube::controller_reference(api::kCertificates, certificate.metadata));
  secret.type = api::kOpaqueSecretType;
  secret.data.set(api::kTlsPrivateKeyKey, kube::Bytes(std::string(pem.reveal())));
  return api::encode(secret);
}

kube::Json request_json(const api::Certificate& certificate, const CreateRequest& action,
                        const std::string& csr_pem, const Settings& settings) {
  api::CertificateRequest request;
  auto& metadata = request.metadata;
  metadata.name = action.name;
  metadata.name_space = certificate.metadata.name_space;
  metadata.labels = certificate.metadata.labels;
  metadata.annotations = copied_annotations(certificate.metadata.annotations, settings.copied_annotations);
  metadata.annotations.set(api::kCertificateRevisionAnnotation, std::to_string(action.revision));
  metadata.annotations.set(api::kPrivateKeySecretAnnotation, action.key_secret);
  metadata.annotations.set(api::kCertificateNameAnnotation, certificate.metadata.name);
  metadata.owner_references.push_back(kube::controller_reference(api::kCertificates, certificate.metadata));
  request.spec.duration = certificate.spec.duration;
  request.spec.issuer_ref = certificate.spec.issuer_ref;
  request.spec.is_ca = certificate.spec.is_ca;
  request.spec.usages = certificate.spec.usages;
  request.spec.request = kube::Bytes(csr_pem);
  auto json = api::encode(request);
  json.erase("status");
  return json;
}

kube::Map copied_annotations(const kube::Map& annotations, const std::vector<std::string>& prefixes) {
  kube::Map copied;
  for (const auto& [key, value] : annotations) {
    if (is_copied(key, prefixes)) copied.set(key, value);
  }
  return copied;
}

}  // namespace cw::controller::certificates
