#include "apiserver/write_path.h"

#include <nlohmann/json.hpp>

#include "apiserver/crd/definition_keeper.h"
#include "apiserver/grants.h"
#include "apiserver/json_access.h"
#include "apiserver/managed_fields.h"
#include "apiserver/object_decode.h"
#include "apiserver/patch.h"
#include "apiserver/prepare.h"
#include "apiserver/validation.h"
#include "lib/kube/json.h"
#include "lib/kube/json_patch.h"

namespace cw::apiserver {
namespace {

using kube::Outcome;
using kube::StatusError;

constexpr int kNameAttempts = 8;     // of a generated name that is taken
constexpr int kUpdateAttempts = 30;  // under concurrent writers, where the client named no version

std::string stored_text(const Json& object, const ResourceRow& row) {
  if (row.conversion != nullptr) return canonical_text(row.conversion->to_stored(object));
  if (row.stored_api_version.empty()) return canonical_text(object);
  Json stored = object;
  stored["apiVersion"] = row.stored_api_version;
  return canonical_text(stored);
}

void set_version(Json& object, Revision revision) {
  object["metadata"]["resourceVersion"] = std::to_string(revision);
}

void append(std::vector<std::string>& to, std::vector<std::string> more) {
  for (std::string& warning : more) to.push_back(std::move(warning));
}

ObjectKey key_of(const Json& object) {
  return {metadata_text(object, "namespace"), metadata_text(object, "name")};
}

AdmissionAsked asked_of(const WriteRequest& request, const Json* object, const Json* old) {
  return {.row = request.row,
          .sub_resource = sub_resource_of(request.part),
          .operation = old == nullptr ? AdmissionOperation::Create : AdmissionOperation::Update,
          .key = request.key,
          .object = object,
          .old = old,
          .user = request.user,
          .write = &request.options};
}

// The version that the client has seen must be the newest; some resources want it said.
Outcome<Done> check_version(const Json& next, const StoredObject& stored, const ResourceRow& row) {
  const std::string version = metadata_text(next, "resourceVersion");
  if (version == std::to_string(stored.revision())) return Done{};
  if (!version.empty()) return kube::conflict(row.resource, stored.key().name, kModified);
  if (row.unconditional_update) return Done{};
  const kube::FieldError error = kube::invalid(kube::FieldPath("metadata").child("resourceVersion"), "0",
                                               "must be specified for an update");
  return kube::invalid(row.resource.plural, row.resource.group, stored.key().name, {error});
}

Outcome<std::shared_ptr<void>> allocated(Json& next, const Json* old, const ResourceRow& row,
                                         const Store& store, bool applies = true) {
  if (row.rules.allocate == nullptr || !applies) return std::shared_ptr<void>();
  return row.rules.allocate(next, old, store);
}

Outcome<Done> permit(const KindWrite& write, const ResourceRow& row, const Authorizer& authorizer) {
  return row.rules.permit != nullptr ? row.rules.permit(write, authorizer) : Outcome<Done>(Done{});
}

StatusError terminating(const ResourceRow& row) {
  StatusError error(kube::Reason::MethodNotAllowed,
                    "create not allowed while custom resource definition is terminating");
  error.details =
      kube::StatusDetails{.group = std::string(row.resource.group), .kind = std::string(row.resource.plural)};
  return error;
}

bool is_empty_list(const Json& object, std::initializer_list<std::string_view> path) {
  const Json* list = find_path(object, path);
  return list == nullptr || list->empty();
}

}  // namespace

bool is_ready_to_go(const Json& object, const ResourceRow& row) {
  if (metadata_text(object, "deletionTimestamp").empty()) return false;
  if (!is_empty_list(object, {"metadata", "finalizers"})) return false;
  return row.stored_as != kNamespaces || is_empty_list(object, {"spec", "finalizers"});
}

Json served_object(const StoredObject& stored, const ResourceRow& row) {
  Json object = parse_object(stored);
  if (row.shows_as_stored(stored.revision())) return object;
  if (row.conversion != nullptr) return row.conversion->to_served(object);
  object["apiVersion"] = row.group_version();
  // What no longer fits the schema is left out; the stored object stays as it is until it is written.
  (void)schemas::normalize(object, row.custom->object);
  return object;
}

// ---- create

Outcome<WrittenObject> WritePath::create(const WriteRequest& request, WantedObject wanted) const {
  TRY(match_namespace(wanted.object, request.row, request.key.name_space));
  if (!request.key.name.empty()) TRY(match_name(wanted.object, request.key.name));
  if (!metadata_text(wanted.object, "resourceVersion").empty()) {
    return StatusError(kube::Reason::None, "resourceVersion should not be set on objects to be created");
  }
  if (request.row.refuses_new) return terminating(request.row);
  if (const Status known = parts_.store.catch_up(); !known) return StatusError(known.error());
  // Before anybody is asked about it; the lock is not kept meanwhile.
  const ObjectKey key{request.key.name_space, metadata_text(wanted.object, "name")};
  TRY(gate_.enter(parts_.store, request.row, key));
  track(request, wanted, nullptr);
  TRY(mutate(request, wanted, nullptr));
  TRY(check_grant({request.row, request.key, wanted.object, nullptr, request.user}, parts_.authorizer));
  const bool generates = metadata_text(wanted.object, "name").empty();
  for (int attempt = 1; generates && attempt < kNameAttempts; ++attempt) {
    Outcome<WrittenObject> written = create_once(request, wanted);
    if (written || written.error().code() != Code::AlreadyExists) return written;
  }
  return create_once(request, std::move(wanted));
}

Outcome<WrittenObject> WritePath::create_once(const WriteRequest& request, WantedObject wanted) const {
  const KindRules& rules = request.row.rules;
  const auto reserved = TRY(allocated(wanted.object, nullptr, request.row, parts_.store));
  prepare_create(wanted.object, request.row, parts_.clock.now());
  if (rules.stamp != nullptr) rules.stamp(wanted.object, request.user);
  TRY(validate_create(wanted.object, request.row));
  if (rules.warn != nullptr) append(wanted.warnings, rules.warn(wanted.object, nullptr));
  TRY(permit({wanted.object, nullptr, request.part, request.user}, request.row, parts_.authorizer));
  TRY(admit(request, wanted.object, nullptr));
  const auto open = TRY(gate_.enter(parts_.store, request.row, key_of(wanted.object)));
  return store_new(request, std::move(wanted));
}

void WritePath::track(const WriteRequest& request, WantedObject& wanted, const Json& old) const {
  if (wanted.fields_tracked) return;
  static const std::string kOwnName = "certwright";
  const std::string& given = request.options.field_manager;
  const TrackedWrite write{request.row, parts_.types, request.part, given.empty() ? kOwnName : given,
                           parts_.clock.now()};
  track_update(wanted.object, old, write);
}

// Name and namespace stay those of the request line, whatever a webhook makes of them.
Outcome<Done> WritePath::mutate(const WriteRequest& request, WantedObject& wanted, const Json* old) const {
  AdmissionNotes unheard;
  AdmissionNotes& notes = request.notes != nullptr ? *request.notes : unheard;
  TRY(parts_.admission.mutate(asked_of(request, &wanted.object, old), &wanted.object, notes));
  TRY(match_namespace(wanted.object, request.row, request.key.name_space));
  if (request.key.name.empty()) return Done{};
  return match_name(wanted.object, request.key.name);
}

Outcome<Done> WritePath::admit(const WriteRequest& request, const Json& object, const Json* old) const {
  AdmissionNotes unheard;
  AdmissionNotes& notes = request.notes != nullptr ? *request.notes : unheard;
  return parts_.admission.validate(asked_of(request, &object, old), notes);
}

Outcome<WrittenObject> WritePath::store_new(const WriteRequest& request, WantedObject wanted) const {
  WrittenObject written{std::move(wanted.object), true, std::move(wanted.warnings)};
  const StoreKey key{request.row.stored_as, key_of(written.object)};
  if (request.options.dry_run) {
    if (parts_.store.get(key)) return exists(request.row, key.object);
    return written;
  }
  const Result<ObjectPtr> stored = parts_.store.create(key, stored_text(written.object, request.row));
  if (!stored && stored.error().code == Code::AlreadyExists) return exists(request.row, key.object);
  if (!stored) return StatusError(stored.error());
  set_version(written.object, (*stored)->revision());
  settle(request.row);
  return written;
}

// A definition that was written is served when its writer has the answer.
void WritePath::settle(const ResourceRow& row) const {
  if (row.defines_kinds && parts_.definitions != nullptr) parts_.definitions->settle();
}

StatusError WritePath::exists(const ResourceRow& row, const ObjectKey& key) const {
  StatusError error = kube::already_exists(row.resource, key.name);
  const Result<ObjectPtr> present = parts_.store.get({row.stored_as, key});
  if (present && !metadata_text(parse_object(**present), "deletionTimestamp").empty()) {
    error.message.insert(0, "object is being deleted: ");
  }
  return error;
}

// ---- update

Outcome<WrittenObject> WritePath::update(const WriteRequest& request, const ObjectChange& change) const {
  const StoreKey key{request.row.stored_as, request.key};
  if (const Status known = parts_.store.catch_up(); !known) return StatusError(known.error());
  for (int attempt = 0; attempt < kUpdateAttempts; ++attempt) {
    const Result<ObjectPtr> stored = parts_.store.get(key);
    if (!stored && stored.error().code == Code::NotFound) {
      return kube::not_found(request.row.resource, request.key.name);
    }
    if (!stored) return StatusError(stored.error());
    Outcome<WrittenObject> written = update_once(request, change, **stored);
    const bool lost_race = !written && written.error().code() == Code::Conflict && !written.error().details;
    if (!lost_race) return written;
  }
  return kube::conflict(request.row.resource, request.key.name, kModified);
}

Outcome<WrittenObject> WritePath::apply(const WriteRequest& request, const Json& config) const {
  const ResourceRow& row = request.row;
  const TrackedWrite write{row, parts_.types, request.part, request.options.field_manager,
                           parts_.clock.now()};
  const auto on_conflict = request.options.force ? OnConflict::Take : OnConflict::Refuse;
  const ObjectChange change = [&](const Json& stored) -> Outcome<WantedObject> {
    if (!stored.is_null()) TRY(check_uid(config, stored, row));
    return apply_server_side(config, stored, write, on_conflict);
  };
  Outcome<WrittenObject> outcome = update(request, change);
  const bool missing = !outcome && outcome.error().code() == Code::NotFound;
  if (!missing || request.part != ObjectPart::Whole) return outcome;
  if (const std::string uid = metadata_text(config, "uid"); !uid.empty()) {
    return kube::conflict(
        row.resource, request.key.name,
        "uid mismatch: the provided object specified uid " + uid + ", and no existing object was found");
  }
  return create(request, TRY(change(nullptr)));
}

Outcome<WrittenObject> WritePath::update_once(const WriteRequest& request, const ObjectChange& change,
                                              const StoredObject& stored) const {
  const ResourceRow& row = request.row;
  const Json old = served_object(stored, row);
  WantedObject wanted = TRY(change(old));
  Json& next = wanted.object;
  TRY(match_namespace(next, row, request.key.name_space));
  TRY(match_name(next, request.key.name));
  track(request, wanted, old);
  TRY(mutate(request, wanted, &old));
  TRY(check_version(next, stored, row));
  TRY(check_grant({row, request.key, next, &old, request.user}, parts_.authorizer));
  const bool whole = request.part == ObjectPart::Whole;
  const auto reserved = TRY(allocated(next, &old, row, parts_.store, whole));
  prepare_update(next, old, row, request.part, parts_.clock.now());
  set_version(next, stored.revision());
  TRY(validate_update(next, old, row, request.part));
  if (row.rules.warn != nullptr && whole) append(wanted.warnings, row.rules.warn(next, &old));
  TRY(permit({next, &old, request.part, request.user}, row, parts_.authorizer));
  TRY(admit(request, next, &old));
  if (next == old) return WrittenObject{std::move(next), false, std::move(wanted.warnings)};
  return store_change(request, stored, std::move(wanted));
}

Outcome<WrittenObject> WritePath::store_change(const WriteRequest& request, const StoredObject& stored,
                                               WantedObject wanted) const {
  WrittenObject written{std::move(wanted.object), false, std::move(wanted.warnings)};
  if (request.options.dry_run) return written;
  const StoreKey key{request.row.stored_as, request.key};
  const bool goes = is_ready_to_go(written.object, request.row);
  const Result<ObjectPtr> outcome =
      goes ? parts_.store.remove(key, stored.revision())
           : parts_.store.update(key, stored_text(written.object, request.row), stored.revision());
  if (!outcome) return StatusError(outcome.error());  // a Conflict without details: tried anew
  set_version(written.object, (*outcome)->revision());
  settle(request.row);
  return written;
}

}  // namespace cw::apiserver
