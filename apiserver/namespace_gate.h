// NamespaceGate: nothing is created in a namespace that is not there or is going. Creations hold it open from
// the check until the object is stored; a namespace begins to go only while no creation is under way, so that
// the clean-up behind it sees everything. Thread-safe.
#pragma once

#include <mutex>
#include <shared_mutex>
#include <string>

#include "apiserver/resource_row.h"
#include "apiserver/store.h"
#include "lib/kube/status.h"

namespace cw::apiserver {

class NamespaceGate {
 public:
  // 404 without the namespace, 403 if it is going; else keep the lock until the object is stored.
  kube::Outcome<std::shared_lock<std::shared_mutex>> enter(const Store&, const ResourceRow&,
                                                           const ObjectKey&);
  // Held while a namespace is marked as going.
  std::unique_lock<std::shared_mutex> close() { return std::unique_lock(mutex_); }

 private:
  std::shared_mutex mutex_;
};

inline constexpr std::string_view kNamespaces = "namespaces";  // the store's name for them
bool is_terminating(const StoredObject& name_space);

}  // namespace cw::apiserver
