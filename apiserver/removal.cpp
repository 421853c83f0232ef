#include "apiserver/removal.h"

#include <algorithm>
#include <array>
#include <optional>

#include <nlohmann/json.hpp>

#include "apiserver/crd/definition_keeper.h"
#include "apiserver/garbage.h"
#include "apiserver/json_access.h"
#include "apiserver/metadata_rules.h"
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
  return !is_ready_to_go(asked, row);
}

void mark_deleted(Json& object, const ResourceRow& row, TimePoint now) {
  Json& metadata = object["metadata"];
  metadata["deletionTimestamp"] = format_time(now);
  metadata["deletionGracePeriodSeconds"] = 0;
  const Json* generation = find_member(metadata, "generation");
  if (generation != nullptr && *generation > 0) metadata["generation"] = generation->get<std::int64_t>() + 1;
  if (row.stored_as == kNamespaces) make_object(object, "status")["phase"] = "Terminating";
}

}  // namespace

Outcome<RemovedObject> Removal::remove(const ResourceRow& row, const ObjectKey& key,
                                       const DeleteOptions& options) const {
  return remove({.row = row, .key = key, .options = options, .user = system_user()});
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
  const Json old = served_object(stored, request.row);
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
  Json object = parse_object(stored);
  TRY(check_preconditions(row, object, options));
  TRY(admit(request, stored));
  const bool marked = !metadata_text(object, "deletionTimestamp").empty();
  if (!marked) hold_for_dependents(object["metadata"], options.propagation);
  if (!marked && row.rules.prepare_delete != nullptr) row.rules.prepare_delete(object, parts_.clock.now());
  if (is_held(object, row)) return mark(row, stored, std::move(object), options);
  if (options.dry_run) return RemovedObject{served_object(stored, row), false};
  const Result<ObjectPtr> removed = parts_.store.remove({row.stored_as, stored.key()}, stored.revision());
  if (!removed) return StatusError(removed.error());  // a Conflict without details: tried anew
  settle(row);
  return RemovedObject{served_object(**removed, row), false};
}

void Removal::settle(const ResourceRow& row) const {
  if (row.defines_kinds && parts_.definitions != nullptr) parts_.definitions->settle();
}

Outcome<RemovedObject> Removal::mark(const ResourceRow& row, const StoredObject& stored, Json object,
                                     const DeleteOptions& options) const {
  if (!metadata_text(object, "deletionTimestamp").empty()) {
    return RemovedObject{served_object(stored, row), true};
  }
  mark_deleted(object, row, parts_.clock.now());
  std::unique_lock<std::shared_mutex> closed;
  if (row.stored_as == kNamespaces) closed = gate_.close();
  if (options.dry_run) return RemovedObject{std::move(object), true};
  const Result<ObjectPtr> updated =
      parts_.store.update({row.stored_as, stored.key()}, canonical_text(object), stored.revision());
  if (!updated) return StatusError(updated.error());  // a Conflict without details: tried anew
  settle(row);
  return RemovedObject{served_object(**updated, row), true};
}

}  // namespace cw::apiserver
