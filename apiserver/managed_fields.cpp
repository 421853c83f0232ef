#include "apiserver/managed_fields.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "apiserver/json_access.h"
#include "apiserver/manager_versions.h"
#include "apiserver/managers.h"
#include "apiserver/typed_check.h"
#include "apiserver/typed_decode.h"
#include "apiserver/typed_merge.h"
#include "apiserver/wire/go_words.h"
#include "lib/base/log.h"
#include "lib/base/time_text.h"

namespace cw::apiserver {
namespace {

using kube::Outcome;
using kube::StatusError;

constexpr std::string_view kLastApplied = "kubectl.kubernetes.io/last-applied-configuration";
constexpr const char* kBeforeFirstApply = "before-first-apply";

// "spec", "status.certificate"
void drop_path(FieldSet& fields, std::string_view path) {
  const std::size_t dot = path.find('.');
  const std::string name = "f:" + std::string(path.substr(0, dot));
  const auto member = fields.below.find(name);
  if (member == fields.below.end()) return;
  if (dot == std::string_view::npos) {
    fields.below.erase(member);
    return;
  }
  drop_path(member->second, path.substr(dot + 1));
  if (member->second.empty()) fields.below.erase(member);
}

Json without_managed_fields(Json object) {
  if (object.is_object() && object.contains("metadata")) object["metadata"].erase("managedFields");
  return object.is_null() ? Json::object() : object;
}

// What is there before a creation: of a core kind all that its empty object has, for nobody to own.
Json empty_object(const TrackedWrite& write) {
  if (write.row.family == Family::Custom) return Json::object();
  TypedFindings findings;
  return decode_typed(Json::object(), write.types.type(write.row.definition), findings);
}

std::string sub_resource_of(ObjectPart part) {
  if (part == ObjectPart::Whole) return {};
  if (part == ObjectPart::Approval) return "approval";
  if (part == ObjectPart::Scale) return "scale";
  if (part == ObjectPart::Ephemeral) return "ephemeralcontainers";
  return part == ObjectPart::Status ? "status" : "finalize";
}

ManagerEntry entry_of(const TrackedWrite& write, const char* operation) {
  return {write.manager, operation, write.row.group_version(), sub_resource_of(write.part), {}, {}};
}

// Managers of versions that are no more go.
Outcome<Done> drop_from(Managers& managers, VersionedChanges& changes) {
  for (ManagerEntry& entry : managers) {
    const FieldChanges* seen = TRY(changes.in(entry.api_version));
    entry.fields =
        seen == nullptr
            ? FieldSet()
            : minus(minus(std::move(entry.fields), united(seen->added, seen->modified)), seen->removed);
  }
  return Done{};
}

// An update of someone who takes what it changes.
Outcome<Done> update_managers(Managers& managers, VersionedChanges& changes, const TrackedWrite& write) {
  TRY(drop_from(managers, changes));
  const FieldSet taken = united(changes.own().added, changes.own().modified);
  if (taken.empty()) return Done{};
  ManagerEntry& mine = find_or_add(managers, entry_of(write, "Update"));
  mine.fields = without_system_fields(united(std::move(mine.fields), taken));
  mine.time = format_time(write.now);
  return Done{};
}

std::string shown_manager(const ManagerEntry& entry) {
  std::string shown = kube::quoted(entry.manager);
  if (!entry.sub_resource.empty()) shown += " with subresource " + kube::quoted(entry.sub_resource);
  if (entry.operation == "Update") shown += " using " + entry.api_version;
  return shown;
}

struct ManagerConflict {
  std::string manager;  // as shown
  std::vector<std::string> paths;
};

StatusError conflict_error(std::vector<ManagerConflict> conflicts) {
  std::sort(conflicts.begin(), conflicts.end(),
            [](const ManagerConflict& a, const ManagerConflict& b) { return a.manager < b.manager; });
  std::vector<kube::StatusCause> causes;
  std::string lines;
  for (const ManagerConflict& conflict : conflicts) {
    lines += (lines.empty() ? "conflicts with " : "\nconflicts with ") + conflict.manager + ":";
    for (const std::string& path : conflict.paths) {
      causes.push_back({"FieldManagerConflict", "conflict with " + conflict.manager, path});
      lines += "\n- " + path;
    }
  }
  std::string message = "Apply failed with " + std::to_string(causes.size()) + " conflicts: " + lines;
  if (causes.size() == 1) {
    message = "Apply failed with 1 conflict: " + causes.front().message + ": " + causes.front().field;
  }
  StatusError error(kube::Reason::Conflict, std::move(message));
  error.details = kube::StatusDetails{.causes = std::move(causes)};
  return error;
}

// Takes from the others what the apply changes, or names whom it would take from.
Outcome<Done> take_from_others(Managers& managers, const ManagerEntry& mine, VersionedChanges& changes,
                               OnConflict on_conflict) {
  std::vector<ManagerConflict> conflicts;
  for (ManagerEntry& entry : managers) {
    if (is_same_manager(entry, mine)) continue;
    const FieldChanges* seen = TRY(changes.in(entry.api_version));
    if (seen == nullptr) {
      entry.fields = {};
      continue;
    }
    const FieldSet both = common(entry.fields, united(seen->added, seen->modified));
    if (!both.empty()) conflicts.push_back({shown_manager(entry), shown_paths(both)});
    entry.fields = minus(minus(std::move(entry.fields), both), seen->removed);
  }
  if (!conflicts.empty() && on_conflict == OnConflict::Refuse) return conflict_error(std::move(conflicts));
  return Done{};
}

// kubectl apply goes on from this annotation when someone comes back to it from server-side apply.
void renew_last_applied(Json& object, const Json& config, const std::string& manager) {
  if (manager != "kubectl" || text_at(object, {"metadata", "annotations", kLastApplied}).empty()) return;
  Json applied = config;
  if (applied["metadata"].contains("annotations")) applied["metadata"]["annotations"].erase(kLastApplied);
  object["metadata"]["annotations"][kLastApplied] = dumped(applied) + "\n";
}

// Objects that nobody tracked yet: all that is there belongs to whoever wrote before.
Managers managers_before_apply(const Json& live, const Json& bare_live, const TrackedWrite& write) {
  Managers managers = decode_managers(live);
  if (live.is_null() || !managers.empty()) return managers;
  const std::string before = kBeforeFirstApply;
  const TrackedWrite first{write.row, write.types, ObjectPart::Whole, before, write.now};
  const Json nothing = empty_object(write);
  const ManagerVersions versions(first);
  VersionedChanges changes(versions, nothing, bare_live, first);
  (void)update_managers(managers, changes, first);  // there is no other manager
  return managers;
}

}  // namespace

// What an endpoint cannot change is not tracked by it.
FieldSet tracked(FieldSet fields, const TrackedWrite& write) {
  if (write.row.reset_fields != nullptr) {
    for (const std::string& path : write.row.reset_fields(write.part)) drop_path(fields, path);
    return fields;
  }
  if (write.part == ObjectPart::Whole) {
    if (write.row.has_status()) fields.below.erase("f:status");
  } else if (write.part == ObjectPart::Status && write.row.family == Family::Core) {
    fields.below.erase("f:spec");
  } else {
    const char* kept = write.part == ObjectPart::Status ? "f:status" : "f:spec";
    std::erase_if(fields.below, [&](const auto& entry) { return entry.first != kept; });
  }
  return fields;
}

// As in kube-apiserver nobody owns anything where it cannot be known: the webhook that knows the fields of
// another version does not answer.
void track_update(Json& next, const Json& live, const TrackedWrite& write) {
  const bool asks_reset = write.part == ObjectPart::Whole && is_managers_reset(next);
  // A subresource cannot change who owns what.
  Managers managers = write.part == ObjectPart::Whole ? decode_managers(next) : Managers();
  if (managers.empty()) managers = decode_managers(live);
  if (asks_reset) managers.clear();
  next = without_managed_fields(std::move(next));
  // What was never tracked, or is no longer, stays so until someone applies.
  if (!live.is_null() && managers.empty()) return;
  const Json before = live.is_null() ? empty_object(write) : without_managed_fields(live);
  const ManagerVersions versions(write);
  VersionedChanges changes(versions, before, next, write);
  const Outcome<Done> updated = update_managers(managers, changes, write);
  if (updated) {
    encode_managers(std::move(managers), next);
  } else {
    log::warning("the fields of an object are no longer tracked",
                 {{"name", metadata_text(next, "name")}, {"error", updated.error().message}});
  }
}

std::string shown_object(const Json& config, const ResourceRow& row) {
  return metadata_text(config, "namespace") + "/" + metadata_text(config, "name") + "; " +
         go_group_version_kind(row.group_version(), row.resource.kind);
}

Outcome<Json> apply_config(const Json& config, const Json& live, const TrackedWrite& write,
                           OnConflict on_conflict) {
  const MergeType type(write.row, write.types);
  if (const auto untyped = find_untyped(config, type)) {
    return StatusError(kube::Reason::None, "failed to create typed patch object (" +
                                               shown_object(config, write.row) + "): " + *untyped);
  }
  const Json before = without_managed_fields(live);
  Managers managers = managers_before_apply(live, before, write);
  const std::size_t at = find_or_add_index(managers, entry_of(write, "Apply"));
  const ManagerEntry last = managers[at];
  managers[at].fields = tracked(fields_of(config, type), write);
  managers[at].api_version = write.row.group_version();
  const ManagerVersions versions(write);
  Json object =
      TRY(pruned(merge_objects(before, config, type), last, managers, versions, write.row.group_version()));
  VersionedChanges changes(versions, before, object, write);
  TRY(take_from_others(managers, managers[at], changes, on_conflict));
  if (object != before) managers[at].time = format_time(write.now);
  managers[at].fields = without_system_fields(std::move(managers[at].fields));
  renew_last_applied(object, config, write.manager);
  encode_managers(std::move(managers), object);
  return object;
}

}  // namespace cw::apiserver
