// OwnerIndex: who belongs to whom, by UID. Not thread-safe.
#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "apiserver/store.h"

namespace cw::apiserver {

// One version of one name: an object that was created anew is another one.
struct ObjectIdentity {
  StoreKey key;
  std::string uid;
  bool operator<(const ObjectIdentity& other) const {
    return std::tie(key.resource, key.object, uid) <
           std::tie(other.key.resource, other.key.object, other.uid);
  }
};

class OwnerIndex {
 public:
  void put(const std::string& resource, const StoredObject&);
  void erase(const std::string& resource, const StoredObject&);
  std::vector<ObjectIdentity> dependents_of(const std::string& owner_uid) const;
  void clear() {
    dependents_.clear();
    owners_.clear();
  }

 private:
  void forget(const ObjectIdentity&);

  std::map<std::string, std::set<ObjectIdentity>> dependents_;  // by the owner's UID
  std::map<ObjectIdentity, std::vector<std::string>> owners_;
};

}  // namespace cw::apiserver
