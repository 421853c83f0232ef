#include "webhook/advice/cluster_facts_secrets.h"

#include <mutex>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "lib/api/names.h"
#include "lib/api/resources.h"
#include "lib/base/memory.h"
#include "lib/watch/object_version.h"
#include "webhook/advice/cluster_facts_lists.h"

namespace cw::webhook {
namespace {

// Empty if there is none.
std::string certificate_name_of(const kube::Json& object) {
  constexpr const char* kMetadata = "metadata";
  if (!object.is_object() || !object.contains(kMetadata)) return {};
  const auto& metadata = object.at(kMetadata);
  const auto annotations = metadata.find("annotations");
  if (annotations == metadata.end() || !annotations->is_object()) return {};
  const auto found = annotations->find(api::kCertificateNameAnnotation);
  return found != annotations->end() && found->is_string() ? found->get<std::string>() : std::string();
}

// To a row of namespace, name and certificate.
void reduce_secret(kube::Json& object) {
  const kube::ObjectKey key = watch::version_of(object).key;
  become_row(object, {key.name_space, key.name, certificate_name_of(object)});
}

kube::ListOptions metadata_everywhere() {
  kube::ListOptions scope;
  scope.metadata_only = true;
  scope.reduce = reduce_secret;
  return scope;
}

std::string joined(const kube::ObjectKey& key) { return key.name_space + "/" + key.name; }

kube::ObjectKey split(const std::string& key) {
  const auto slash = key.find('/');
  return {key.substr(0, slash), key.substr(slash + 1)};
}

}  // namespace

SecretIndex::SecretIndex(const kube::KubeReader& reader, watch::Patience patience, OnChange on_change)
    : on_change_(std::move(on_change)),
      loop_(reader, api::kSecrets, metadata_everywhere(), *this, patience) {}

std::optional<std::string> SecretIndex::certificate_of(const kube::ObjectKey& secret) const {
  const std::shared_lock lock(mutex_);
  const auto found = entries_.find(joined(secret));
  if (found == entries_.end()) return std::nullopt;
  const auto& name = found->second.certificate_name;
  return name ? *name : std::string();
}

std::size_t SecretIndex::size() const {
  const std::shared_lock lock(mutex_);
  return entries_.size();
}

void SecretIndex::list_begins(std::uint64_t /*version*/) {
  const std::unique_lock lock(mutex_);
  ++round_;
}

void SecretIndex::listed(kube::Json&& item) { take(row_of(std::move(item), reduce_secret)); }

void SecretIndex::list_ends(std::uint64_t /*version*/) {
  std::vector<std::string> gone;
  {
    const std::unique_lock lock(mutex_);
    std::erase_if(entries_, [&](const auto& entry) {
      if (entry.second.round == round_) return false;
      gone.push_back(entry.first);
      return true;
    });
  }
  for (const auto& key : gone) on_change_(split(key));
  return_free_memory();  // what the list needed for a moment
}

void SecretIndex::happened(kube::WatchEventKind kind, kube::Json&& object) {
  if (kind != kube::WatchEventKind::Deleted) {
    reduce_secret(object);
    return take(row_of(std::move(object), reduce_secret));
  }
  const kube::ObjectKey key = watch::version_of(object).key;
  {
    const std::unique_lock lock(mutex_);
    entries_.erase(joined(key));
  }
  on_change_(key);
}

void SecretIndex::take(std::vector<std::string> row) {
  const kube::ObjectKey key{row.at(0), row.at(1)};
  if (key.name.empty()) return;
  Record record;
  if (!row.at(2).empty()) record.certificate_name = std::make_unique<const std::string>(std::move(row.at(2)));
  {
    const std::unique_lock lock(mutex_);
    record.round = round_;
    entries_[joined(key)] = std::move(record);
  }
  on_change_(key);
}

}  // namespace cw::webhook
