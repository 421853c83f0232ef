#include "cli/check/files_facts.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "cli/check/judge.h"
#include "lib/api/certificate.h"
#include "lib/api/certificate_request.h"
#include "lib/api/names.h"
#include "lib/api/secret.h"
#include "lib/kube/conditions.h"
#include "webhook/advice/names_key.h"

namespace cw::cli::check {
namespace {

using kube::Json;
using kube::ObjectKey;
using webhook::Known;

constexpr std::string_view kApiVersion = "cert-manager.io/v1";
constexpr std::size_t kMaxShared = 16;  // of a list that an advice looks through

template <typename Entry>
std::vector<Entry> first_of(const std::set<Entry>& all) {
  const auto count = std::min(all.size(), kMaxShared);
  return {all.begin(), std::next(all.begin(), static_cast<std::ptrdiff_t>(count))};
}

template <typename Map, typename Key>
auto list_of(const Map& map, const Key& key) {
  const auto found = map.find(key);
  return found != map.end() ? first_of(found->second) : decltype(first_of(found->second))();
}

// stringData wins, as on a cluster.
std::string certificate_text(const api::Secret& secret) {
  for (const auto& [key, text] : secret.string_data) {
    if (key == api::kTlsCertificateKey) return text;
  }
  for (const auto& [key, bytes] : secret.data) {
    if (key == api::kTlsCertificateKey) return bytes.text();
  }
  return {};
}

void assume_ready(api::Issuer& issuer) {
  if (kube::find_condition(issuer.status.conditions, api::kReady) != nullptr) return;
  kube::Condition ready;
  ready.type = api::kReady;
  ready.status = kube::kConditionTrue;
  issuer.status.conditions.push_back(std::move(ready));
}

}  // namespace

std::string FilesFacts::namespace_or_default(const std::string& name_space) const {
  return name_space.empty() ? name_space_ : name_space;
}

void FilesFacts::add(const Json& object) {
  const std::string api_version = text_member(object, "apiVersion");
  const std::string kind = text_member(object, "kind");
  if (api_version == "v1" && kind == "Secret") return add_secret(object);
  if (api_version != kApiVersion) return;
  if (kind == "Certificate") return add_certificate(object);
  if (kind == "CertificateRequest") return add_request(object);
  if (kind == api::kIssuerKind) {
    auto issuer = api::decode_issuer(object);
    if (!issuer) return;
    issuer->metadata.name_space = namespace_or_default(issuer->metadata.name_space);
    return add_issuer(*std::move(issuer));
  }
  if (kind != api::kClusterIssuerKind) return;
  auto issuer = api::decode_cluster_issuer(object);
  if (!issuer) return;
  issuer->metadata.name_space.clear();
  add_issuer({std::move(issuer->metadata), std::move(issuer->spec), std::move(issuer->status)});
}

void FilesFacts::add_certificate(const Json& object) {
  const auto certificate = api::decode_certificate(object);
  if (!certificate || certificate->metadata.name.empty()) return;
  const ObjectKey key{namespace_or_default(certificate->metadata.name_space), certificate->metadata.name};
  const api::CertificateSpec& spec = certificate->spec;
  if (!spec.secret_name.empty()) {
    certificates_of_secret_[{key.name_space, spec.secret_name}].insert(key.name);
  }
  const std::string names = webhook::names_key(key.name_space, spec);
  if (!names.empty()) certificates_with_names_[names].insert(key);
  note_reference(key.name_space, spec.issuer_ref);
}

void FilesFacts::add_request(const Json& object) {
  const auto request = api::decode_certificate_request(object);
  if (!request) return;
  note_reference(namespace_or_default(request->metadata.name_space), request->spec.issuer_ref);
}

void FilesFacts::note_reference(const std::string& name_space, const api::IssuerReference& reference) {
  if (api::issuer_kind(reference) == api::kClusterIssuerKind) referrers_[reference.name].insert(name_space);
}

void FilesFacts::add_issuer(api::Issuer issuer) {
  if (issuer.metadata.name.empty()) return;
  assume_ready(issuer);
  const ObjectKey key{issuer.metadata.name_space, issuer.metadata.name};
  if (!key.name_space.empty()) issuer_namespaces_[key.name].insert(key.name_space);
  if (issuer.spec.ca) issuers_of_ca_secret_[ca_secret_of(key, issuer.spec.ca->secret_name)].insert(key);
  issuers_[key] = std::make_shared<const api::Issuer>(std::move(issuer));
}

void FilesFacts::add_secret(const Json& object) {
  const auto secret = api::decode_secret(object);
  if (!secret || secret->metadata.name.empty()) return;
  SecretEntry entry;
  for (const auto& [name, text] : secret->metadata.annotations) {
    if (name == api::kCertificateNameAnnotation) entry.certificate_name = text;
  }
  if (auto certificate = pki::Certificate::parse_pem(certificate_text(*secret))) {
    entry.certificate = *std::move(certificate);
  }
  secrets_[{namespace_or_default(secret->metadata.name_space), secret->metadata.name}] = std::move(entry);
}

ObjectKey FilesFacts::ca_secret_of(const ObjectKey& issuer, const std::string& name) const {
  return {issuer.name_space.empty() ? cluster_namespace_ : issuer.name_space, name};
}

// An Issuer that is a ClusterIssuer here, or stands in other namespaces; a ClusterIssuer that is an Issuer in
// every namespace in which something names it.
bool FilesFacts::is_elsewhere(const ObjectKey& key) const {
  if (!key.name_space.empty()) {
    return issuers_.contains({"", key.name}) || issuer_namespaces_.contains(key.name);
  }
  const auto referrers = referrers_.find(key.name);
  if (referrers == referrers_.end()) return false;
  return std::all_of(referrers->second.begin(), referrers->second.end(), [&](const std::string& name_space) {
    return issuers_.contains({name_space, key.name});
  });
}

webhook::IssuerFact FilesFacts::issuer(const ObjectKey& key) const {
  const auto found = issuers_.find(key);
  if (found != issuers_.end()) return {Known::Present, found->second};
  return {is_elsewhere(key) ? Known::Absent : Known::Unknown, nullptr};
}

std::vector<std::string> FilesFacts::namespaces_with_issuer(std::string_view name, std::size_t limit) const {
  auto names = list_of(issuer_namespaces_, name);
  names.resize(std::min(names.size(), limit));
  return names;
}

std::vector<std::string> FilesFacts::certificates_of_secret(const ObjectKey& secret) const {
  return list_of(certificates_of_secret_, secret);
}

std::vector<ObjectKey> FilesFacts::certificates_with_names(std::string_view names_key) const {
  return list_of(certificates_with_names_, names_key);
}

webhook::SecretFact FilesFacts::secret(const ObjectKey& key) const {
  const auto found = secrets_.find(key);
  if (found == secrets_.end()) return {};
  return {Known::Present, found->second.certificate_name};
}

std::vector<ObjectKey> FilesFacts::issuers_of_ca_secret(const ObjectKey& secret) const {
  return list_of(issuers_of_ca_secret_, secret);
}

std::optional<pki::Certificate> FilesFacts::ca_certificate(const ObjectKey& key) const {
  const auto issuer = issuers_.find(key);
  if (issuer == issuers_.end() || !issuer->second->spec.ca) return std::nullopt;
  const auto secret = secrets_.find(ca_secret_of(key, issuer->second->spec.ca->secret_name));
  return secret != secrets_.end() ? secret->second.certificate : std::nullopt;
}

}  // namespace cw::cli::check
