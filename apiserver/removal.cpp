#include "apiserver/removal.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>

#include <nlohmann/json.hpp>

#include "apiserver/crd/definition_keeper.h"
#include "apiserver/garbage.h"
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

// The server's own finalizers, by which garbage collection sees what is wanted.
void hold_for_dependents(Json& metadata, Propagation propagation) {
  if (propagation != Propagation::Orphan && propagation != Propagation::Foreground) return;
  const std::string_view name = propagation == Propagation::Orphan ? kOrphanFinalizer : kForegroundFinalizer;
  Json& finalizers = metadata["finalizers"];
  if (!finalizers.is_array()) finalizers = Json::array();
  if (std::find(finalizers.begin(), finalizers.end(), name) == finalizers.end()) finalizers.push_back(name);
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
  const bool is_definition = row.resource.group == "apiextensions.k8s.io";
  if (row.stored_as != kNamespaces && !is_definition) metadata["deletionGracePeriodSeconds"] = grace;
  const Json* generation = is_definition ? nullptr : find_member(metadata, "generation");
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
  const bool is_formed = row.converter != nullptr && !request.by_server;
  Json object = is_formed ? TRY(read_stored(stored, row)) : parse_object(stored);
  TRY(check_preconditions(row, object, options));
  TRY(admit(request, stored));
  const bool marked = !metadata_text(object, "deletionTimestamp").empty();
  if (!marked) hold_for_dependents(object["metadata"], options.propagation);
  if (!marked && row.rules.prepare_delete != nullptr) row.rules.prepare_delete(object, parts_.clock.now());
  const Ending ending = give_time(object, request, parts_.clock.now());
  if (ending == Ending::Unchanged) return RemovedObject{served_object(stored, row), true};
  if (ending == Ending::Marked) return store_marked(request, stored, std::move(object));
  if (is_held(object, row)) return mark(request, stored, std::move(object));
  if (options.dry_run)
    return RemovedObject{is_formed ? std::move(object) : served_object(stored, row), false};
  const Result<ObjectPtr> removed = parts_.store.remove({row.stored_as, stored.key()}, stored.revision());
  if (!removed) return StatusError(removed.error());  // a Conflict without details: tried anew
  settle(row);
  if (!is_formed) return RemovedObject{served_object(**removed, row), false};
  object["metadata"]["resourceVersion"] = std::to_string((*removed)->revision());
  return RemovedObject{std::move(object), false};
}

void Removal::settle(const ResourceRow& row) const {
  if (row.defines_kinds && parts_.definitions != nullptr) parts_.definitions->settle();
}

Outcome<RemovedObject> Removal::mark(const RemovalRequest& request, const StoredObject& stored,
                                     Json object) const {
  const ResourceRow& row = request.row;
  const bool is_formed = row.converter != nullptr && !request.by_server;
  if (!metadata_text(object, "deletionTimestamp").empty()) {
    return RemovedObject{is_formed ? std::move(object) : served_object(stored, row), true};
  }
  mark_deleted(object, row, parts_.clock.now());
  return store_marked(request, stored, std::move(object));
}

Outcome<RemovedObject> Removal::store_marked(const RemovalRequest& request, const StoredObject& stored,
                                             Json object) const {
  const ResourceRow& row = request.row;
  const bool is_formed = row.converter != nullptr && !request.by_server;
  const std::string text = is_formed ? TRY(stored_text(object, row)) : canonical_text(object);
  std::unique_lock<std::shared_mutex> closed;
  if (row.stored_as == kNamespaces) closed = gate_.close();
  if (request.options.dry_run) return RemovedObject{std::move(object), true};
  const Result<ObjectPtr> updated =
      parts_.store.update({row.stored_as, stored.key()}, text, stored.revision());
  if (!updated) return StatusError(updated.error());  // a Conflict without details: tried anew
  settle(row);
  if (!is_formed) return RemovedObject{served_object(**updated, row), true};
  object["metadata"]["resourceVersion"] = std::to_string((*updated)->revision());
  return RemovedObject{std::move(object), true};
}

}  // namespace cw::apiserver
