#include "apiserver/garbage.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "apiserver/identity.h"
#include "apiserver/json_access.h"
#include "apiserver/metadata_rules.h"
#include "apiserver/namespace_gate.h"
#include "lib/base/log.h"

namespace cw::apiserver {
namespace {

constexpr std::chrono::milliseconds kNoWait{0};

// Whether it is to go, and is held until that is done for which the finalizer stands.
bool goes_after(const StoredObject& object, std::string_view finalizer) {
  if (!is_terminating(object)) return false;
  const Json metadata = parse_metadata(object);
  const Json& held = array_member(metadata, "finalizers");
  return std::find(held.begin(), held.end(), finalizer) != held.end();
}

bool is_finishing(const StoredObject& object) {
  return goes_after(object, kOrphanFinalizer) || goes_after(object, kForegroundFinalizer);
}

// Takes items out of a list in metadata; the list goes with its last one.
void erase_from(Json& metadata, const char* list, const std::function<bool(const Json&)>& unwanted) {
  Json kept = array_member(metadata, list);
  std::erase_if(kept.get_ref<Json::array_t&>(), unwanted);
  metadata.erase(list);
  if (!kept.empty()) metadata[list] = std::move(kept);
}

}  // namespace

bool GarbageCollector::step() {
  if (followed_.empty()) index_.clear();
  if (!match_table()) return false;
  try_again();
  bool done = follow();
  const std::set<ObjectIdentity> owners = std::exchange(finishing_, {});
  // A dependent may have been made after its resource was read, and before its owner's was.
  if (!owners.empty()) done = follow() || done;
  if (followed_.empty()) return true;  // the start finds those owners again
  for (const ObjectIdentity& dependent : std::exchange(to_examine_, {})) {
    examine(dependent);
    done = true;
  }
  for (const ObjectIdentity& owner : owners) finish_owner(owner);
  return done;
}

bool GarbageCollector::match_table() {
  const std::uint64_t generation = parts_.resources.generation();
  if (!followed_.empty() && generation == table_seen_) return true;
  const ResourceTable::Rows rows = parts_.resources.stored();
  const auto is_of = [](const std::string& stored_as) {
    return [&stored_as](const auto& one) { return one->stored_as == stored_as; };
  };
  std::erase_if(followed_, [&](const Followed& followed) {
    return std::none_of(rows.begin(), rows.end(), is_of(followed.row->stored_as));
  });
  for (const RowPtr& row : rows) {
    const auto known = std::find_if(followed_.begin(), followed_.end(), [&](const Followed& followed) {
      return followed.row->stored_as == row->stored_as;
    });
    if (known != followed_.end()) {
      known->row = row;
    } else if (!start_following(row)) {
      followed_.clear();
      return false;
    }
  }
  table_seen_ = generation;
  return true;
}

bool GarbageCollector::start_following(RowPtr row) {
  const StoreScope scope{row->stored_as};
  const Result<Listing> listing = parts_.store.list(scope);
  if (!listing) return false;
  Result<std::unique_ptr<StoreWatch>> changes = parts_.store.watch(scope, listing->revision);
  if (!changes) return false;
  for (const ObjectPtr& object : listing->objects) take(*row, {EventKind::Added, object, nullptr});
  followed_.push_back({std::move(row), std::move(changes).value()});
  return true;
}

// Takes in all that has happened until now.
bool GarbageCollector::follow() {
  const Revision now = parts_.store.revision();
  bool any = false;
  for (Followed& followed : followed_) {
    for (Revision reached = 0; reached < now;) {
      const Result<WatchBatch> batch = followed.changes->next(kNoWait, {});
      if (!batch) {
        log::warning("garbage collection starts anew", {{"reason", batch.error().message}});
        followed_.clear();
        return true;
      }
      for (const ObjectEvent& event : batch->events) take(*followed.row, event);
      any = any || !batch->events.empty();
      reached = batch->revision;
    }
  }
  return any;
}

void GarbageCollector::take(const ResourceRow& row, const ObjectEvent& event) {
  const StoredObject& object = *event.object;
  const ObjectIdentity identity{{row.stored_as, object.key()}, object.head().uid};
  if (event.kind == EventKind::Deleted) {
    index_.erase(row.stored_as, object);
    examine_dependents(object.head().uid);
    return look_at_owners(object);
  }
  index_.put(row.stored_as, object);
  if (!object.head().owners.empty()) to_examine_.insert(identity);
  if (is_finishing(object)) finishing_.insert(identity);
  if (event.previous && event.previous->head().owners != object.head().owners)
    look_at_owners(*event.previous);
}

// They may have waited for what it was.
void GarbageCollector::look_at_owners(const StoredObject& dependent) {
  for (const Owner& owner : dependent.head().owners) {
    const RowPtr known = parts_.resources.find_kind(owner.api_version, owner.kind);
    if (known == nullptr) continue;
    const std::string name_space = known->resource.namespaced ? dependent.key().name_space : std::string();
    finishing_.insert({{known->stored_as, {name_space, owner.name}}, owner.uid});
  }
}

void GarbageCollector::examine_dependents(const std::string& owner_uid) {
  for (ObjectIdentity& dependent : index_.dependents_of(owner_uid)) to_examine_.insert(std::move(dependent));
}

// Null if it has gone, and be it that another has its name.
ObjectPtr GarbageCollector::find(const ObjectIdentity& wanted) const {
  Result<ObjectPtr> found = parts_.store.get(wanted.key);
  return found && (*found)->head().uid == wanted.uid ? std::move(found).value() : nullptr;
}

GarbageCollector::OwnerState GarbageCollector::state_of(const Owner& owner,
                                                        const std::string& name_space) const {
  const RowPtr row = parts_.resources.find_kind(owner.api_version, owner.kind);
  // What is of a kind that we do not know, or may be in any namespace, cannot be said to be absent.
  if (row == nullptr || (row->resource.namespaced && name_space.empty())) return OwnerState::Present;
  const ObjectKey key{row->resource.namespaced ? name_space : std::string(), owner.name};
  const Result<ObjectPtr> found = parts_.store.get({row->stored_as, key});
  if (!found) return found.error().code == Code::NotFound ? OwnerState::Absent : OwnerState::Present;
  if ((*found)->head().uid != owner.uid) return OwnerState::Absent;
  return goes_after(**found, kForegroundFinalizer) ? OwnerState::Leaving : OwnerState::Present;
}

// What has an owner that stays only forgets the others.
void GarbageCollector::examine(const ObjectIdentity& dependent) {
  const ObjectPtr object = find(dependent);
  if (object == nullptr || is_terminating(*object)) return;
  std::set<std::string> lost;
  bool stays = false;
  bool owner_waits = false;
  for (const Owner& owner : object->head().owners) {
    const OwnerState state = state_of(owner, dependent.key.object.name_space);
    stays = stays || state == OwnerState::Present;
    owner_waits = owner_waits || state == OwnerState::Leaving;
    if (state != OwnerState::Present) lost.insert(owner.uid);
  }
  if (lost.empty()) return;
  if (stays)
    let_go_of(dependent, lost);
  else
    remove_dependent(dependent, *object, owner_waits);
}

// An owner that waits for it waits for what belongs to it too.
void GarbageCollector::remove_dependent(const ObjectIdentity& object, const StoredObject& seen,
                                        bool owner_waits) {
  const std::vector<ObjectIdentity> own = index_.dependents_of(object.uid);
  const std::vector<Owner>& owners = seen.head().owners;
  const bool blocks =
      std::any_of(owners.begin(), owners.end(), [](const Owner& owner) { return owner.blocks_deletion; });
  const bool in_circle = std::any_of(own.begin(), own.end(), [this](const ObjectIdentity& one) {
    const ObjectPtr found = find(one);
    return found != nullptr && goes_after(*found, kForegroundFinalizer);
  });
  // Each would wait for the next. Once changed it is examined anew.
  if (owner_waits && blocks && in_circle) return stop_blocking(object);
  const RowPtr row = parts_.resources.find_stored(object.key.resource);
  if (row == nullptr) return;
  DeleteOptions options;
  options.uid = object.uid;
  options.resource_version = std::to_string(seen.revision());
  if (owner_waits && !own.empty()) options.propagation = Propagation::Foreground;
  const auto removed = removal_.remove(*row, object.key.object, options);
  if (removed || removed.error().code() == Code::NotFound) return;
  try_later(object, "remove", removed.error());  // or changed meanwhile: it may have another owner now
}

// False if it cannot be changed.
bool GarbageCollector::change(const ObjectIdentity& object, const std::function<void(Json& metadata)>& edit) {
  const RowPtr row = parts_.resources.find_stored(object.key.resource);
  if (row == nullptr) return true;
  const WriteRequest request{*row, object.key.object, ObjectPart::Whole, {}, system_user()};
  const auto updated = writes_.update(request, [&](const Json& stored) -> kube::Outcome<WantedObject> {
    Json next = stored;
    if (metadata_text(next, "uid") == object.uid) edit(next["metadata"]);
    return WantedObject{std::move(next)};
  });
  if (updated || updated.error().code() == Code::NotFound) return true;
  try_later(object, "change", updated.error());
  return false;
}

bool GarbageCollector::let_go_of(const ObjectIdentity& dependent, const std::set<std::string>& owner_uids) {
  return change(dependent, [&](Json& metadata) {
    erase_from(metadata, "ownerReferences",
               [&](const Json& owner) { return owner_uids.contains(text_member(owner, "uid")); });
  });
}

void GarbageCollector::stop_blocking(const ObjectIdentity& dependent) {
  change(dependent, [](Json& metadata) {
    for (Json& owner : metadata["ownerReferences"]) owner["blockOwnerDeletion"] = false;
  });
}

void GarbageCollector::drop_finalizer(const ObjectIdentity& object, std::string_view finalizer) {
  change(object, [&](Json& metadata) {
    erase_from(metadata, "finalizers", [&](const Json& item) { return item == finalizer; });
  });
}

void GarbageCollector::try_later(const ObjectIdentity& object, const std::string& what,
                                 const kube::StatusError& error) {
  log::warning("garbage collection cannot " + what + " an object",
               {{"resource", object.key.resource},
                {"namespace", object.key.object.name_space},
                {"name", object.key.object.name},
                {"error", error.message}});
  if (failed_.empty()) try_again_at_ = parts_.clock.now() + kTryAgainAfter;
  failed_.insert(object);
}

void GarbageCollector::try_again() {
  if (failed_.empty() || parts_.clock.now() < try_again_at_) return;
  to_examine_.insert(failed_.begin(), failed_.end());
  finishing_.merge(std::exchange(failed_, {}));
}

void GarbageCollector::finish_owner(const ObjectIdentity& owner) {
  const ObjectPtr object = find(owner);
  if (object == nullptr) return;
  if (goes_after(*object, kOrphanFinalizer)) {
    orphan_dependents(owner);
  } else if (goes_after(*object, kForegroundFinalizer)) {
    wait_for_dependents(owner);
  }
}

// The owner goes only when nothing would go with it.
void GarbageCollector::orphan_dependents(const ObjectIdentity& owner) {
  bool all_free = true;
  for (const ObjectIdentity& dependent : index_.dependents_of(owner.uid)) {
    all_free = let_go_of(dependent, {owner.uid}) && all_free;
  }
  if (all_free)
    drop_finalizer(owner, kOrphanFinalizer);
  else
    failed_.insert(owner);
}

// Whether a dependent that was asked to go is still there and its owner must wait for it.
bool GarbageCollector::is_blocking(const ObjectIdentity& dependent, const std::string& owner_uid) const {
  const ObjectPtr object = find(dependent);
  if (object == nullptr) return false;
  const std::vector<Owner>& owners = object->head().owners;
  return std::any_of(owners.begin(), owners.end(),
                     [&](const Owner& owner) { return owner.uid == owner_uid && owner.blocks_deletion; });
}

void GarbageCollector::wait_for_dependents(const ObjectIdentity& owner) {
  bool blocked = false;
  for (const ObjectIdentity& dependent : index_.dependents_of(owner.uid)) {
    examine(dependent);
    blocked = is_blocking(dependent, owner.uid) || blocked;
  }
  // Looked at again when the next dependent goes, or belongs to it no more.
  if (!blocked) drop_finalizer(owner, kForegroundFinalizer);
}

}  // namespace cw::apiserver
