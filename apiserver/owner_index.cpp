#include "apiserver/owner_index.h"

namespace cw::apiserver {

void OwnerIndex::forget(const ObjectIdentity& dependent) {
  const auto at = owners_.find(dependent);
  if (at == owners_.end()) return;
  for (const std::string& owner : at->second) {
    const auto set = dependents_.find(owner);
    if (set == dependents_.end()) continue;
    set->second.erase(dependent);
    if (set->second.empty()) dependents_.erase(set);
  }
  owners_.erase(at);
}

void OwnerIndex::put(const std::string& resource, const StoredObject& object) {
  ObjectIdentity dependent{{resource, object.key()}, object.head().uid};
  forget(dependent);
  if (object.head().owners.empty()) return;
  std::vector<std::string> owners;
  for (const Owner& owner : object.head().owners) {
    dependents_[owner.uid].insert(dependent);
    owners.push_back(owner.uid);
  }
  owners_.emplace(std::move(dependent), std::move(owners));
}

void OwnerIndex::erase(const std::string& resource, const StoredObject& object) {
  forget({{resource, object.key()}, object.head().uid});
}

std::vector<ObjectIdentity> OwnerIndex::dependents_of(const std::string& owner_uid) const {
  const auto at = dependents_.find(owner_uid);
  if (at == dependents_.end()) return {};
  return {at->second.begin(), at->second.end()};
}

}  // namespace cw::apiserver
