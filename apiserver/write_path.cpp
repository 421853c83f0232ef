#include "apiserver/write_path.h"

#include <charconv>
#include <optional>

#include <nlohmann/json.hpp>

#include "apiserver/crd/definition_keeper.h"
#include "apiserver/grants.h"
#include "apiserver/json_access.h"
#include "apiserver/managed_fields.h"
#include "apiserver/metadata_rules.h"
#include "apiserver/object_decode.h"
#include "apiserver/object_form.h"
#include "apiserver/patch.h"
#include "apiserver/prepare.h"
#include "apiserver/validation.h"
#include "lib/kube/json.h"
#include "lib/kube/json_patch.h"
#include "schemas/object_schema.h"

namespace cw::apiserver {
namespace {

using kube::Outcome;
using kube::StatusError;

constexpr int kNameAttempts = 8;     // of a generated name that is taken
constexpr int kUpdateAttempts = 30;  // under concurrent writers, where the client named no version

void set_version(Json& object, Revision revision) {
  object["metadata"]["resourceVersion"] = std::to_string(revision);
}

void tell(const WriteRequest& request, std::vector<std::string> warnings) {
  if (request.notes != nullptr) request.notes->add({.warnings = std::move(warnings)});
}

void warn(const WriteRequest& request, const Json& next, const Json* old) {
  if (request.notes == nullptr) return;
  if (request.row.family == Family::Custom) tell(request, finalizer_warnings(next));
  if (request.row.rules.warn != nullptr) tell(request, request.row.rules.warn(next, old));
}

ObjectKey key_of(const Json& object) {
  return {metadata_text(object, "namespace"), metadata_text(object, "name")};
}

std::optional<Revision> parse_version(const std::string& text) {
  Revision revision = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), revision);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return revision;
}

// The version that the client has seen must be the newest; some resources want it said.
Outcome<Done> check_version(const Json& next, const StoredObject& stored, const ResourceRow& row) {
  const std::string version = metadata_text(next, "resourceVersion");
  if (version == std::to_string(stored.revision())) return Done{};
  const std::optional<Revision> seen = parse_version(version);
  if (!version.empty() && !seen) {
    return StatusError(kube::Reason::None,
                       "strconv.ParseUint: parsing " + kube::quoted(version) + ": invalid syntax");
  }
  if (seen.value_or(0) != 0) return kube::conflict(row.resource, stored.key().name, kModified);
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

StatusError not_generated(StatusError error) {
  error.message += ", the server was not able to generate a unique name for the object";
  if (error.details) error.details->retry_after_seconds = 1;
  return error;
}

// The store's own Conflict; what a client is told has details.
bool lost_race(const StatusError& error) { return error.code() == Code::Conflict && !error.details; }

bool is_empty_list(const Json& object, std::initializer_list<std::string_view> path) {
  const Json* list = find_path(object, path);
  return list == nullptr || list->empty();
}

}  // namespace

bool is_ready_to_go(const Json& object, const ResourceRow& row) {
  if (metadata_text(object, "deletionTimestamp").empty()) return false;
  const Json* grace = find_path(object, {"metadata", "deletionGracePeriodSeconds"});
  if (grace != nullptr && *grace != 0) return false;  // it has time to end by itself
  if (!is_empty_list(object, {"metadata", "finalizers"})) return false;
  return row.stored_as != kNamespaces || is_empty_list(object, {"spec", "finalizers"});
}

// ---- create

Outcome<WrittenObject> WritePath::create(const WriteRequest& request, WantedObject wanted) const {
  TRY(match_namespace(wanted.object, request.row, request.key.name_space));
  if (!request.key.name.empty()) TRY(match_name(wanted.object, request.key.name));
  if (request.row.refuses_new) {
    return kube::forbidden(request.row.resource, metadata_text(wanted.object, "name"),
                           "create not allowed while custom resource definition is terminating");
  }
  if (const Status known = parts_.store.catch_up(); !known) return StatusError(known.error());
  // Before anybody is asked about it; the lock is not kept meanwhile.
  wipe_system_fields(make_object(wanted.object, "metadata"));
  // A refusal calls it by its prefix, as long as it has no name.
  const char* called = metadata_text(wanted.object, "name").empty() ? "generateName" : "name";
  const ObjectKey key{request.key.name_space, metadata_text(wanted.object, called)};
  TRY(gate_.enter(parts_.store, request.row, key));
  track(request, wanted, nullptr);
  TRY(mutate(request, wanted, nullptr));
  TRY(check_grant({request.row, request.key, wanted.object, nullptr, request.user}, parts_.authorizer));
  const bool generates = metadata_text(wanted.object, "name").empty();
  for (int attempt = 1; generates && attempt < kNameAttempts; ++attempt) {
    Outcome<WrittenObject> written = create_allocated(request, wanted);
    if (written || written.error().code() != Code::AlreadyExists) return written;
  }
  const bool prefixed = !metadata_text(wanted.object, "generateName").empty();
  Outcome<WrittenObject> written = create_allocated(request, std::move(wanted));
  if (prefixed && !written && written.error().code() == Code::AlreadyExists) {
    return not_generated(std::move(written).error());
  }
  return written;
}

// Of what is handed out another server may have taken the same: then it is chosen anew.
Outcome<WrittenObject> WritePath::create_allocated(const WriteRequest& request, WantedObject wanted) const {
  const int attempts = request.row.rules.allocate != nullptr ? kUpdateAttempts : 1;
  for (int attempt = 1; attempt < attempts; ++attempt) {
    Outcome<WrittenObject> written = create_once(request, wanted);
    if (written || !lost_race(written.error())) return written;
  }
  return create_once(request, std::move(wanted));
}

Outcome<WrittenObject> WritePath::create_once(const WriteRequest& request, WantedObject wanted) const {
  const KindRules& rules = request.row.rules;
  const auto reserved = TRY(allocated(wanted.object, nullptr, request.row, parts_.store));
  const std::string version = metadata_text(wanted.object, "resourceVersion");
  prepare_create(wanted.object, request.row, parts_.clock.now());
  if (rules.stamp != nullptr) rules.stamp(wanted.object, request.user);
  TRY(validate_create(wanted.object, request.row));
  if (request.row.custom != nullptr) schemas::write_whole_numbers(wanted.object);
  warn(request, wanted.object, nullptr);
  TRY(permit({wanted.object, nullptr, request.part, request.user}, request.row, parts_.authorizer));
  TRY(check_right_to_create(request));
  TRY(admit(request, wanted.object, nullptr));
  if (!request.is_upsert && !request.options.dry_run && parse_version(version).value_or(0) != 0) {
    return StatusError(kube::Reason::None, "resourceVersion should not be set on objects to be created");
  }
  const std::string text = TRY(stored_text(wanted.object, request.row));
  WrittenObject written = TRY(store_new(request, std::move(wanted), text));
  written.object = TRY(read_back(std::move(written.object), text, request.row));
  return written;
}

void WritePath::track(const WriteRequest& request, WantedObject& wanted, const Json& old) const {
  if (wanted.fields_tracked) return;
  static const std::string kNobody = "unknown";
  const std::string& given = request.options.field_manager;
  const TrackedWrite write{request.row, parts_.types, request.part, given.empty() ? kNobody : given,
                           parts_.clock.now()};
  track_update(wanted.object, old, write);
}

Outcome<WrittenObject> WritePath::store_new(const WriteRequest& request, WantedObject wanted,
                                            const std::string& text) const {
  const auto open = TRY(gate_.enter(parts_.store, request.row, key_of(wanted.object)));
  WrittenObject written{std::move(wanted.object), true};
  const StoreKey key{request.row.stored_as, key_of(written.object)};
  if (request.options.dry_run) {
    if (parts_.store.get(key)) return exists(request.row, key.object);
    return written;
  }
  const Result<ObjectPtr> stored = parts_.store.create(key, text);
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
    if (written || !lost_race(written.error())) return written;
  }
  return kube::conflict(request.row.resource, request.key.name, kModified);
}

Outcome<WrittenObject> WritePath::apply(const WriteRequest& request, const Json& config) const {
  const ResourceRow& row = request.row;
  const TrackedWrite write{row, parts_.types, request.part, request.options.field_manager,
                           parts_.clock.now()};
  const auto on_conflict = request.options.force ? OnConflict::Take : OnConflict::Refuse;
  const ObjectChange change = [&](const Json& stored) {
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
  WantedObject made = TRY(change(nullptr));
  if (metadata_text(made.object, "name").empty()) return without_name(request.key.name);
  return create(request, std::move(made));
}

Outcome<WrittenObject> WritePath::update_once(const WriteRequest& request, const ObjectChange& change,
                                              const StoredObject& stored) const {
  const ResourceRow& row = request.row;
  const Json old = TRY(read_stored(stored, row));
  WantedObject wanted = TRY(change(old));
  tell(request, std::move(wanted.warnings));
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
  if (row.custom != nullptr) schemas::write_whole_numbers(next);
  if (whole) warn(request, next, &old);
  TRY(permit({next, &old, request.part, request.user}, row, parts_.authorizer));
  TRY(admit(request, next, &old));
  const bool has_one_form =
      row.family != Family::Custom || (row.converter == nullptr && row.shows_as_stored(stored.revision()));
  if (has_one_form && next == old) return WrittenObject{std::move(next), false};
  return store_change(request, stored, std::move(wanted));
}

// What is the same but for the form in which it is stored is written in the new one.
Outcome<WrittenObject> WritePath::store_change(const WriteRequest& request, const StoredObject& stored,
                                               WantedObject wanted) const {
  const ResourceRow& row = request.row;
  WrittenObject written{std::move(wanted.object), false};
  const StoreKey key{row.stored_as, request.key};
  if (is_ready_to_go(written.object, row)) {
    if (request.options.dry_run) return written;
    const Result<ObjectPtr> removed = parts_.store.remove(key, stored.revision());
    if (!removed) return StatusError(removed.error());  // a Conflict without details: tried anew
    set_version(written.object, (*removed)->revision());
    settle(row);
    return written;
  }
  const std::string text = TRY(stored_text(written.object, row));
  if (!request.options.dry_run && text != stored.text()) {
    const Result<ObjectPtr> updated = parts_.store.update(key, text, stored.revision());
    if (!updated) return StatusError(updated.error());  // as above
    set_version(written.object, (*updated)->revision());
    settle(row);
  }
  written.object = TRY(read_back(std::move(written.object), text, row));
  return written;
}

}  // namespace cw::apiserver
