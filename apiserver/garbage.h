// GarbageCollector: what belongs to an object goes when the object is gone (or, as the delete asked, before
// it: foregroundDeletion; or it is left alone: orphan). Driven by step(), which follows the store's changes;
// the state is rebuilt at the start, so that a crash loses nothing. Not thread-safe. Source:
// k8s.io/kubernetes pkg/controller/garbagecollector.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "apiserver/api_parts.h"
#include "apiserver/owner_index.h"
#include "apiserver/removal.h"
#include "apiserver/write_path.h"

namespace cw::apiserver {

// After that what has failed is tried again; of the emptying of namespaces too.
inline constexpr std::chrono::seconds kTryAgainAfter{5};

class GarbageCollector {
 public:
  GarbageCollector(const ApiParts& parts, const WritePath& writes, const Removal& removal)
      : parts_(parts), writes_(writes), removal_(removal) {}

  // Takes in what has changed and does what follows from it. True if anything was done: then call again.
  // What fails is tried again after a while.
  bool step();

 private:
  struct Followed {
    RowPtr row;
    std::unique_ptr<StoreWatch> changes = {};
  };
  enum class OwnerState : std::uint8_t {
    Present,
    Leaving,
    Absent
  };  // Leaving: when its dependents have gone

  // Resources that were installed since, and those that are gone.
  bool match_table();
  bool start_following(RowPtr);
  bool follow();
  void take(const ResourceRow&, const ObjectEvent&);
  void look_at_owners(const StoredObject& dependent);
  void examine_dependents(const std::string& owner_uid);
  void examine(const ObjectIdentity& dependent);
  ObjectPtr find(const ObjectIdentity&) const;
  OwnerState state_of(const Owner&, const std::string& name_space) const;
  bool let_go_of(const ObjectIdentity&, const std::set<std::string>& owner_uids);
  void finish_owner(const ObjectIdentity&);
  void orphan_dependents(const ObjectIdentity& owner);
  void wait_for_dependents(const ObjectIdentity& owner);
  bool is_blocking(const ObjectIdentity& dependent, const std::string& owner_uid) const;
  void stop_blocking(const ObjectIdentity& dependent);
  void drop_finalizer(const ObjectIdentity&, std::string_view finalizer);
  void remove_dependent(const ObjectIdentity&, const StoredObject& seen, bool owner_waits);
  bool change(const ObjectIdentity&, const std::function<void(Json& metadata)>&);
  void try_later(const ObjectIdentity&, const std::string& what, const kube::StatusError&);
  void try_again();

  ApiParts parts_;
  const WritePath& writes_;
  const Removal& removal_;
  std::vector<Followed> followed_;
  std::uint64_t table_seen_ = 0;  // its generation
  OwnerIndex index_;
  std::set<ObjectIdentity> to_examine_;
  std::set<ObjectIdentity> finishing_;  // owners that wait for, or let go of, their dependents
  std::set<ObjectIdentity> failed_;     // of either
  TimePoint try_again_at_{};            // with those
};

}  // namespace cw::apiserver
