// StoreMemory: the readable side of a store: all objects in memory, their recent changes, and who waits for
// more. Filled by a CachedStore from its own commits, by an EtcdStore from etcd's watch. Thread-safe; load()
// and publish() are for one writer at a time. Errors: as Store.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string>

#include "apiserver/event_log.h"
#include "apiserver/journal.h"
#include "apiserver/store.h"
#include "apiserver/watch_hub.h"
#include "lib/base/clock.h"

namespace cw::apiserver {

// All objects of one moment, by resource.
using StoreImage = std::map<std::string, std::map<ObjectKey, ObjectPtr>>;

class StoreMemory {
 public:
  StoreMemory(const Clock& clock, HistoryLimits limits) : clock_(clock), limits_(limits) {}

  // Everything as it is at that revision. What was before is forgotten: watches that are open are Gone.
  void load(StoreImage, Revision);
  // The next changes, in order, up to `reached`.
  void publish(std::span<const Change>, Revision reached);

  ObjectPtr find(const StoreKey&) const;  // null if it is not there
  Result<ObjectPtr> get(const StoreKey&) const;
  Result<Listing> list(const StoreScope&, std::optional<Revision> at) const;
  // Must not outlive the memory.
  Result<std::unique_ptr<StoreWatch>> watch(const StoreScope&, Revision from);
  Revision revision() const;
  Revision oldest_known(const std::string& resource) const;

 private:
  struct Space {  // of one resource
    std::map<ObjectKey, ObjectPtr> objects;
    EventLog log;
  };
  class Watch;

  Space& space_of(const std::string& resource);
  const Space* find_space(const std::string& resource) const;
  Result<WatchBatch> read_changes(const StoreScope&, Revision from, std::uint64_t load) const;

  const Clock& clock_;
  const HistoryLimits limits_;
  WatchHub hub_;

  mutable std::shared_mutex mutex_;  // guards the rest
  std::map<std::string, Space> spaces_;
  Revision revision_ = 0;
  Revision loaded_at_ = 0;   // nothing before is in any log
  std::uint64_t loads_ = 0;  // how often everything has been replaced
};

}  // namespace cw::apiserver
