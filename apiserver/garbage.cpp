#include "apiserver/garbage.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "apiserver/identity.h"
#include "apiserver/json_access.h"
#include "apiserver/metadata_rules.h"
#include "lib/base/log.h"

namespace cw::apiserver {
namespace {

constexpr std::chrono::milliseconds kNoWait{0};

bool has_finalizer(const Json& object, std::string_view name) {
  for (const Json& finalizer : array_member(object_member(object, "metadata"), "finalizers")) {
    if (finalizer == name) return true;
  }
  return false;
}

bool is_finishing(const Json& object) {
  return !metadata_text(object, "deletionTimestamp").empty() &&
         (has_finalizer(object, kOrphanFinalizer) || has_finalizer(object, kForegroundFinalizer));
}

// The text is parsed only if it may say so.
bool may_be_finishing(const StoredObject& object) {
  return object.text().find("\"deletionTimestamp\"") != std::string::npos &&
         is_finishing(parse_object(object));
}

}  // namespace

const kube::UserInfo& system_user() {
  static const kube::UserInfo kUser = [] {
    kube::UserInfo user;
    user.username = "system:apiserver";
    user.groups = {std::string(kAdminGroup), "system:authenticated"};
    return user;
  }();
  return kUser;
}

bool GarbageCollector::step() {
  if (!(followed_.empty() ? start() : match_table())) return false;
  bool done = follow();
  for (const ObjectIdentity& dependent : std::exchange(to_examine_, {})) {
    examine(dependent);
    done = true;
  }
  for (const ObjectIdentity& owner : std::exchange(finishing_, {})) finish_owner(owner);
  return done;
}

bool GarbageCollector::start() {
  index_.clear();
  return match_table();
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

bool GarbageCollector::follow() {
  bool any = false;
  for (Followed& followed : followed_) {
    const Result<WatchBatch> batch = followed.changes->next(kNoWait, {});
    if (!batch) {
      log::warning("garbage collection starts anew", {{"reason", batch.error().message}});
      followed_.clear();
      return true;
    }
    for (const ObjectEvent& event : batch->events) take(*followed.row, event);
    any = any || !batch->events.empty();
  }
  return any;
}

void GarbageCollector::take(const ResourceRow& row, const ObjectEvent& event) {
  const StoredObject& object = *event.object;
  const ObjectIdentity identity{{row.stored_as, object.key()}, object.head().uid};
  if (event.kind == EventKind::Deleted) {
    index_.erase(row.stored_as, object);
    examine_dependents(object.head().uid);
    // An owner may have waited for this one.
    for (const Owner& owner : object.head().owners) {
      const RowPtr known = parts_.resources.find_kind(owner.api_version, owner.kind);
      if (known == nullptr) continue;
      const std::string name_space = known->resource.namespaced ? object.key().name_space : std::string();
      finishing_.insert({{known->stored_as, {name_space, owner.name}}, owner.uid});
    }
    return;
  }
  index_.put(row.stored_as, object);
  if (!object.head().owners.empty()) to_examine_.insert(identity);
  if (may_be_finishing(object)) finishing_.insert(identity);
}

void GarbageCollector::examine_dependents(const std::string& owner_uid) {
  for (ObjectIdentity& dependent : index_.dependents_of(owner_uid)) to_examine_.insert(std::move(dependent));
}

GarbageCollector::OwnerState GarbageCollector::state_of(const Owner& owner,
                                                        const std::string& name_space) const {
  const RowPtr row = parts_.resources.find_kind(owner.api_version, owner.kind);
  // A kind that we do not know cannot be said to be absent.
  if (row == nullptr) return OwnerState::Present;
  const ObjectKey key{row->resource.namespaced ? name_space : std::string(), owner.name};
  const Result<ObjectPtr> found = parts_.store.get({row->stored_as, key});
  if (found) return (*found)->head().uid == owner.uid ? OwnerState::Present : OwnerState::Absent;
  return found.error().code == Code::NotFound ? OwnerState::Absent : OwnerState::Present;
}

void GarbageCollector::examine(const ObjectIdentity& dependent) {
  const Result<ObjectPtr> object = parts_.store.get(dependent.key);
  if (!object || (*object)->head().uid != dependent.uid) return;
  std::set<std::string> absent;
  const std::vector<Owner>& owners = (*object)->head().owners;
  for (const Owner& owner : owners) {
    const OwnerState state = state_of(owner, dependent.key.object.name_space);
    if (state == OwnerState::Absent) absent.insert(owner.uid);
  }
  if (absent.empty()) return;
  if (absent.size() == owners.size()) {
    remove(dependent);
  } else {
    let_go_of(dependent, absent);
  }
}

void GarbageCollector::remove(const ObjectIdentity& object) {
  DeleteOptions options;
  options.uid = object.uid;
  options.propagation = Propagation::Background;
  const RowPtr row = parts_.resources.find_stored(object.key.resource);
  if (row == nullptr) return;
  const auto removed = removal_.remove(*row, object.key.object, options);
  if (removed || removed.error().code() == Code::NotFound) return;
  log::warning("garbage collection cannot remove an object", {{"resource", object.key.resource},
                                                              {"namespace", object.key.object.name_space},
                                                              {"name", object.key.object.name},
                                                              {"error", removed.error().message}});
}

void GarbageCollector::erase_from(const ObjectIdentity& object, const char* list,
                                  const std::function<bool(const Json&)>& unwanted) {
  const RowPtr row = parts_.resources.find_stored(object.key.resource);
  if (row == nullptr) return;
  const WriteRequest request{*row, object.key.object, ObjectPart::Whole, {}, system_user()};
  const auto updated = writes_.update(request, [&](const Json& stored) -> kube::Outcome<WantedObject> {
    Json next = stored;
    if (metadata_text(next, "uid") != object.uid) return WantedObject{std::move(next)};
    Json kept = Json::array();
    for (const Json& item : array_member(next["metadata"], list)) {
      if (!unwanted(item)) kept.push_back(item);
    }
    next["metadata"][list] = std::move(kept);
    if (next["metadata"][list].empty()) next["metadata"].erase(list);
    return WantedObject{std::move(next)};
  });
  if (updated || updated.error().code() == Code::NotFound) return;
  log::warning("garbage collection cannot change an object", {{"resource", object.key.resource},
                                                              {"namespace", object.key.object.name_space},
                                                              {"name", object.key.object.name},
                                                              {"error", updated.error().message}});
}

void GarbageCollector::let_go_of(const ObjectIdentity& dependent, const std::set<std::string>& owner_uids) {
  erase_from(dependent, "ownerReferences",
             [&](const Json& owner) { return owner_uids.contains(text_member(owner, "uid")); });
}

void GarbageCollector::drop_finalizer(const ObjectIdentity& object, std::string_view finalizer) {
  erase_from(object, "finalizers", [&](const Json& item) { return item == finalizer; });
}

void GarbageCollector::finish_owner(const ObjectIdentity& owner) {
  const Result<ObjectPtr> object = parts_.store.get(owner.key);
  if (!object || (*object)->head().uid != owner.uid || !may_be_finishing(**object)) return;
  if (has_finalizer(parse_object(**object), kOrphanFinalizer)) {
    orphan_dependents(owner);
  } else {
    wait_for_dependents(owner);
  }
}

void GarbageCollector::orphan_dependents(const ObjectIdentity& owner) {
  for (const ObjectIdentity& dependent : index_.dependents_of(owner.uid)) let_go_of(dependent, {owner.uid});
  drop_finalizer(owner, kOrphanFinalizer);
}

// Whether a dependent that was asked to go is still there and its owner must wait for it.
bool GarbageCollector::is_blocking(const ObjectIdentity& dependent, const std::string& owner_uid) {
  const Result<ObjectPtr> object = parts_.store.get(dependent.key);
  if (!object || (*object)->head().uid != dependent.uid) return false;
  const std::vector<Owner>& owners = (*object)->head().owners;
  return std::any_of(owners.begin(), owners.end(),
                     [&](const Owner& owner) { return owner.uid == owner_uid && owner.blocks_deletion; });
}

void GarbageCollector::wait_for_dependents(const ObjectIdentity& owner) {
  bool blocked = false;
  for (const ObjectIdentity& dependent : index_.dependents_of(owner.uid)) {
    remove(dependent);
    blocked = is_blocking(dependent, owner.uid) || blocked;
  }
  // Looked at again when the next dependent goes.
  if (!blocked) drop_finalizer(owner, kForegroundFinalizer);
}

}  // namespace cw::apiserver
