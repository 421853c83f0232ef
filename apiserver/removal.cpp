#include "apiserver/removal.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>

#include <nlohmann/json.hpp>

#include "apiserver/crd/definition_keeper.h"
#include "apiserver/identity.h"
#include "apiserver/json_access.h"
#include "apiserver/metadata_rules.h"
#include "apiserver/object_form.h"
#include "apiserver/write_path.h"
#include "lib/base/time_text.h"

namespace cw::apiserver {
namespace {

using kube::Outcome;
using kube::StatusError;

constexpr int kAttempts = 30;  // under concurrent writers

// Preconditions name the kind where all else names the resource.
StatusError precondition_failed(const ResourceRow& row, const std::string& name, const std::string& why) {
  kube::Resource by_kind = row.resource;
  by_kind.plural = row.resource.kind;
  return kube::conflict(by_kind, name, why);
}

Outcome<Done> check_preconditions(const ResourceRow& row, const Json& object, const DeleteOptions& options) {
  const std::string name = metadata_text(object, "name");
  const std::string uid = metadata_text(object, "uid");
  const std::string version = metadata_text(object, "resourceVersion");
  if (options.uid && *options.uid != uid) {
    return precondition_failed(row, name,
                               "the UID in the precondition (" + *options.uid +
                                   ") does not match the UID in record (" + uid +
                                   "). The object might have been deleted and then recreated");
  }
  if (options.resource_version && *options.resource_version != version) {
    return precondition_failed(row, name,
                               "the ResourceVersion in the precondition (" + *options.resource_version +
                                   ") does not match the ResourceVersion in record (" + version +
                                   "). The object might have been modified");
  }
  return Done{};
}

bool is_immortal(const ResourceRow& row, const std::string& name) {
  constexpr std::array<std::string_view, 3> kImmortal{"default", "kube-system", "kube-public"};
  return row.stored_as == kNamespaces &&
         std::find(kImmortal.begin(), kImmortal.end(), name) != kImmortal.end();
}

// Puts on the server's own finalizers, by which garbage collection sees what is wanted, and takes off those
// of what is not. False if they are right already.
bool hold_for_dependents(Json& metadata, Propagation propagation) {
  if (propagation == Propagation::Unset) return false;
  const Json before = array_member(metadata, "finalizers");
  Json after = before;
  std::erase_if(after.get_ref<Json::array_t&>(), [](const Json& finalizer) {
    return finalizer == kOrphanFinalizer || finalizer == kForegroundFinalizer;
  });
  if (propagation == Propagation::Orphan) after.push_back(kOrphanFinalizer);
  if (propagation == Propagation::Foreground) after.push_back(kForegroundFinalizer);
  if (std::is_permutation(after.begin(), after.end(), before.begin(), before.end())) return false;
  metadata.erase("finalizers");
  if (!after.empty()) metadata["finalizers"] = std::move(after);
  return true;
}

bool is_held(const Json& object, const ResourceRow& row) {
  Json asked = object;
  asked["metadata"]["deletionTimestamp"] = "asked";
  asked["metadata"]["deletionGracePeriodSeconds"] = 0;
  return !is_ready_to_go(asked, row);
}

void mark_deleted(Json& object, const ResourceRow& row, TimePoint now, std::int64_t grace = 0) {
  Json& metadata = object["metadata"];
  metadata["deletionTimestamp"] = format_time(now + std::chrono::seconds(grace));
  // A namespace and a definition go by their finalizers alone.
  if (row.stored_as != kNamespaces && !row.defines_kinds) metadata["deletionGracePeriodSeconds"] = grace;
  const Json* generation = row.defines_kinds ? nullptr : find_member(metadata, "generation");
  if (generation != nullptr && *generation > 0) metadata["generation"] = generation->get<std::int64_t>() + 1;
  if (row.stored_as == kNamespaces) make_object(object, "status")["phase"] = "Terminating";
}

// Of what has time to end by itself: it may be given less than it has, not more.
void shorten(Json& metadata, std::int64_t left, std::int64_t grace, TimePoint now) {
  const Result<TimePoint> end = parse_time(text_member(metadata, "deletionTimestamp"));
  const TimePoint sooner = (end ? *end : now) - std::chrono::seconds(left - grace);
  const bool over = sooner < now;
  metadata["deletionTimestamp"] = format_time(over ? now : sooner);
  metadata["deletionGracePeriodSeconds"] = over ? std::min<std::int64_t>(grace, 1) : grace;
}

// Whether a webhook converts what is removed: the server itself needs no form of it.
bool is_formed(const RemovalRequest& request) {
  return request.row.converter != nullptr && !request.by_server;
}

// What the client sees of it; `object` is the form that a webhook may have made.
Json shown(const RemovalRequest& request, Json object, const StoredObject& stored) {
  if (!is_formed(request)) return served_object(stored, request.row);
  object["metadata"]["resourceVersion"] = std::to_string(stored.revision());
  return object;
}

enum class Ending : std::uint8_t { Now, Unchanged, Marked };

// Gives the object the time that it has.
Ending give_time(Json& object, const RemovalRequest& request, TimePoint now) {
  if (request.row.rules.grace == nullptr || request.by_server) return Ending::Now;
  Json& metadata = object["metadata"];
  const std::optional<std::int64_t>& asked = request.options.grace;
  if (metadata.contains("deletionTimestamp")) {
    const Json* known = find_member(metadata, "deletionGracePeriodSeconds");
    const std::int64_t left = known != nullptr ? known->get<std::int64_t>() : 0;
    if (left == 0) return Ending::Now;
    if (!asked || *asked >= left) return Ending::Unchanged;
    shorten(metadata, left, *asked, now);
    return *asked == 0 ? Ending::Now : Ending::Marked;
  }
  const std::int64_t grace = request.row.rules.grace(object, asked);
  if (grace == 0) return Ending::Now;
  mark_deleted(object, request.row, now, grace);
  return Ending::Marked;
}

}  // namespace

Outcome<RemovedObject> Removal::remove(const ResourceRow& row, const ObjectKey& key,
                                       const DeleteOptions& options) const {
  return remove({.row = row, .key = key, .options = options, .user = system_user(), .by_server = true});
}

Outcome<RemovedObject> Removal::remove(const RemovalRequest& request) const {
  const ResourceRow& row = request.row;
  const ObjectKey& key = request.key;
  if (is_immortal(row, key.name)) {
    return kube::forbidden(row.resource, key.name, "this namespace may not be deleted");
  }
  if (const Status known = parts_.store.catch_up(); !known) return StatusError(known.error());
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const Result<ObjectPtr> stored = parts_.store.get({row.stored_as, key});
    if (!stored && stored.error().code == Code::NotFound) return kube::not_found(row.resource, key.name);
    if (!stored) return StatusError(stored.error());
    Outcome<RemovedObject> removed = remove_once(request, **stored);
    const bool lost_race = !removed && removed.error().code() == Code::Conflict && !removed.error().details;
    if (!lost_race) return removed;
  }
  return kube::conflict(row.resource, key.name, kModified);
}

// Mutating webhooks are asked too, though there is nothing to change.
Outcome<Done> Removal::admit(const RemovalRequest& request, const StoredObject& stored) const {
  if (!parts_.admission.watches_deletions()) return Done{};
  const Json old = TRY(read_stored(stored, request.row));
  DeleteOptions options = request.options;
  // As kube-apiserver does of itself.
  if (request.row.stored_as == kNamespaces && !options.uid) options.uid = metadata_text(old, "uid");
  AdmissionNotes unheard;
  AdmissionNotes& notes = request.notes != nullptr ? *request.notes : unheard;
  AdmissionAsked asked{.row = request.row,
                       .operation = AdmissionOperation::Delete,
                       .key = request.key,
                       .old = &old,
                       .user = request.user,
                       .removal = &options};
  if (request.of_collection) asked.key.name.clear();
  TRY(parts_.admission.mutate(asked, nullptr, notes));
  return parts_.admission.validate(asked, notes);
}

Outcome<RemovedObject> Removal::remove_once(const RemovalRequest& request, const StoredObject& stored) const {
  const ResourceRow& row = request.row;
  const DeleteOptions& options = request.options;
  Json object = is_formed(request) ? TRY(read_stored(stored, row)) : parse_object(stored);
  TRY(check_preconditions(row, object, options));
  TRY(admit(request, stored));
  const bool marked = !metadata_text(object, "deletionTimestamp").empty();
  // Who asks again may want something else for the dependents.
  const bool may_change = !marked || (row.stored_as != kNamespaces && !row.defines_kinds);
  const bool changed = may_change && hold_for_dependents(object["metadata"], options.propagation);
  if (!marked && row.rules.prepare_delete != nullptr) row.rules.prepare_delete(object, parts_.clock.now());
  const Ending ending = give_time(object, request, parts_.clock.now());
  if (ending == Ending::Unchanged) return RemovedObject{served_object(stored, row), true};
  if (ending == Ending::Marked) return store_marked(request, stored, std::move(object));
  if (is_held(object, row)) {
    if (marked && !changed) return RemovedObject{shown(request, std::move(object), stored), true};
    if (!marked) mark_deleted(object, row, parts_.clock.now());
    return store_marked(request, stored, std::move(object));
  }
  if (options.dry_run) return RemovedObject{shown(request, std::move(object), stored), false};
  const Result<ObjectPtr> removed = parts_.store.remove({row.stored_as, stored.key()}, stored.revision());
  if (!removed) return StatusError(removed.error());  // a Conflict without details: tried anew
  settle(row);
  return RemovedObject{shown(request, std::move(object), **removed), false};
}

void Removal::settle(const ResourceRow& row) const {
  if (row.defines_kinds && parts_.definitions != nullptr) parts_.definitions->settle();
}

Outcome<RemovedObject> Removal::store_marked(const RemovalRequest& request, const StoredObject& stored,
                                             Json object) const {
  const ResourceRow& row = request.row;
  const std::string text = is_formed(request) ? TRY(stored_text(object, row)) : canonical_text(object);
  std::unique_lock<std::shared_mutex> closed;
  if (row.stored_as == kNamespaces) closed = gate_.close();
  if (request.options.dry_run) return RemovedObject{std::move(object), true};
  const Result<ObjectPtr> updated =
      parts_.store.update({row.stored_as, stored.key()}, text, stored.revision());
  if (!updated) return StatusError(updated.error());  // a Conflict without details: tried anew
  settle(row);
  return RemovedObject{shown(request, std::move(object), **updated), true};
}

}  // namespace cw::apiserver
