#include "webhook/advice/cluster_facts_certificates.h"

#include <algorithm>
#include <mutex>
#include <tuple>
#include <utility>

#include <nlohmann/json.hpp>

#include "lib/api/certificate.h"
#include "lib/api/resources.h"
#include "lib/base/memory.h"
#include "lib/pki/digest.h"
#include "lib/watch/object_version.h"
#include "webhook/advice/cluster_facts_lists.h"
#include "webhook/advice/names_key.h"

namespace cw::webhook {
namespace {

// To a row of namespace, name, secretName and names_key. One that cannot be read asks for nothing.
void reduce_certificate(kube::Json& object) {
  const kube::ObjectKey key = watch::version_of(object).key;
  // The overload is named, for the other one wants simdjson.
  constexpr Result<api::Certificate> (*kDecode)(const kube::Json&) = api::decode_certificate;
  const auto certificate = kDecode(object);
  if (!certificate) return become_row(object, {key.name_space, key.name, "", ""});
  const api::CertificateSpec& spec = certificate->spec;
  become_row(object, {key.name_space, key.name, spec.secret_name, names_key(key.name_space, spec)});
}

kube::ListOptions everywhere() {
  kube::ListOptions scope;
  scope.reduce = reduce_certificate;
  return scope;
}

}  // namespace

bool CertificateIndex::BySecret::operator()(const Entry* left, const Entry* right) const {
  return std::tie(left->first.name_space, left->second.secret_name, left->first.name) <
         std::tie(right->first.name_space, right->second.secret_name, right->first.name);
}

bool CertificateIndex::BySecret::operator()(const Entry* left, const kube::ObjectKey& secret) const {
  return std::tie(left->first.name_space, left->second.secret_name) <
         std::tie(secret.name_space, secret.name);
}

bool CertificateIndex::BySecret::operator()(const kube::ObjectKey& secret, const Entry* right) const {
  return std::tie(secret.name_space, secret.name) <
         std::tie(right->first.name_space, right->second.secret_name);
}

bool CertificateIndex::ByNames::operator()(const Entry* left, const Entry* right) const {
  return std::tie(left->second.names, left->first) < std::tie(right->second.names, right->first);
}

CertificateIndex::CertificateIndex(const kube::KubeReader& reader, watch::Patience patience)
    : loop_(reader, api::kCertificates, everywhere(), *this, patience) {}

std::vector<std::string> CertificateIndex::with_secret(const kube::ObjectKey& secret,
                                                       std::size_t limit) const {
  const std::shared_lock lock(mutex_);
  std::vector<std::string> names;
  const auto [first, last] = by_secret_.equal_range(secret);
  for (auto it = first; it != last && names.size() < limit; ++it) names.push_back((*it)->first.name);
  return names;
}

std::vector<kube::ObjectKey> CertificateIndex::with_names(std::string_view names_key,
                                                          std::size_t limit) const {
  if (names_key.empty()) return {};
  const Digest wanted = digest_of(names_key);
  const std::shared_lock lock(mutex_);
  std::vector<kube::ObjectKey> keys;
  const auto [first, last] = by_names_.equal_range(wanted);
  for (auto it = first; it != last && keys.size() < limit; ++it) keys.push_back((*it)->first);
  return keys;
}

std::size_t CertificateIndex::size() const {
  const std::shared_lock lock(mutex_);
  return entries_.size();
}

void CertificateIndex::list_begins(std::uint64_t /*version*/) {
  const std::unique_lock lock(mutex_);
  ++round_;
}

void CertificateIndex::listed(kube::Json&& item) { take(row_of(std::move(item), reduce_certificate)); }

void CertificateIndex::list_ends(std::uint64_t /*version*/) {
  {
    const std::unique_lock lock(mutex_);
    for (auto it = entries_.begin(); it != entries_.end();) {
      if (it->second.round == round_) {
        ++it;
        continue;
      }
      forget(*it);
      it = entries_.erase(it);
    }
  }
  return_free_memory();  // what the list needed for a moment
}

void CertificateIndex::happened(kube::WatchEventKind kind, kube::Json&& object) {
  if (kind == kube::WatchEventKind::Deleted) return remove(watch::version_of(object).key);
  reduce_certificate(object);
  take(row_of(std::move(object), reduce_certificate));
}

CertificateIndex::Digest CertificateIndex::digest_of(std::string_view names_key) {
  Digest digest{};
  if (names_key.empty()) return digest;
  const std::string bytes = pki::sha256(names_key);
  std::copy_n(bytes.begin(), digest.size(), digest.begin());
  return digest;
}

void CertificateIndex::take(const std::vector<std::string>& row) {
  const kube::ObjectKey key{row.at(0), row.at(1)};
  if (!key.name.empty()) put(key, {.secret_name = row.at(2), .names = digest_of(row.at(3))});
}

void CertificateIndex::put(const kube::ObjectKey& key, Record record) {
  const std::unique_lock lock(mutex_);
  record.round = round_;
  const auto [found, is_new] = entries_.try_emplace(key);
  if (!is_new) forget(*found);
  found->second = std::move(record);
  index(*found);
}

void CertificateIndex::remove(const kube::ObjectKey& key) {
  const std::unique_lock lock(mutex_);
  const auto found = entries_.find(key);
  if (found == entries_.end()) return;
  forget(*found);
  entries_.erase(found);
}

void CertificateIndex::index(const Entry& entry) {
  if (!entry.second.secret_name.empty()) by_secret_.insert(&entry);
  if (entry.second.names != Digest{}) by_names_.insert(&entry);
}

void CertificateIndex::forget(const Entry& entry) {
  by_secret_.erase(&entry);
  by_names_.erase(&entry);
}

}  // namespace cw::webhook
