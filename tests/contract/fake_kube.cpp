#include "tests/contract/fake_kube.h"

#include <algorithm>
#include <utility>

#include "lib/base/random.h"
#include "lib/base/time_text.h"
#include "lib/kube/resource.h"
#include "tests/contract/fake_kube_checks.h"
#include "tests/contract/fake_kube_events.h"

namespace cw::contract {
namespace {

using kube::Json;
using kube::ObjectKey;
using kube::Part;
using kube::Resource;

// Our kinds have a status subresource and a generation; of the core kinds used here none has.
bool has_status(const Resource& resource) { return resource.group.ends_with("cert-manager.io"); }

// Everything but metadata and status: what counts for the generation.
Json desired_part(Json object) {
  object.erase("metadata");
  object.erase("status");
  return object;
}

void copy_member(const Json& from, Json& to, const char* name) {
  if (from.contains(name)) {
    to[name] = from.at(name);
  } else {
    to.erase(name);
  }
}

// What a client may not change in metadata stays as it was.
void keep_system_fields(const Json& stored, Json& wanted) {
  for (const char* name : {"uid", "creationTimestamp", "generation", "deletionTimestamp",
                           "deletionGracePeriodSeconds", "resourceVersion", "selfLink"}) {
    copy_member(stored.at("metadata"), wanted["metadata"], name);
  }
}

Json merged(const Resource& resource, const Json& stored, Part part, Json wanted) {
  if (part == Part::Status) {
    Json result = stored;
    copy_member(wanted, result, "status");
    return result;
  }
  if (has_status(resource)) copy_member(stored, wanted, "status");
  wanted["apiVersion"] = kube::api_version(resource);
  wanted["kind"] = resource.kind;
  keep_system_fields(stored, wanted);
  if (has_status(resource) && desired_part(wanted) != desired_part(stored)) {
    wanted["metadata"]["generation"] = stored["metadata"].value("generation", 0) + 1;
  }
  return wanted;
}

bool is_finished(const Json& object) {
  return object["metadata"].contains("deletionTimestamp") &&
         object["metadata"].value("finalizers", Json::array()).empty();
}

}  // namespace

std::optional<Error> FakeKube::refusal(const Call& call) const {
  std::function<std::optional<Error>(const Call&)> check;
  {
    const std::lock_guard lock(mutex_);
    check = check_;
  }
  return check ? check(call) : std::nullopt;
}

void FakeKube::record(const Resource& resource, const Call& call) {
  writes_.push_back(call);
  writes_.back().plural = resource.plural;
}

const Json* FakeKube::find(const Resource& resource, const ObjectKey& key) const {
  const auto found = objects_.find({kube::group_resource(resource), key.name_space, key.name});
  return found == objects_.end() ? nullptr : &found->second;
}

Result<Json> FakeKube::get(const Resource& resource, const ObjectKey& key) const {
  if (auto error = refusal({.verb = Verb::Get, .plural = std::string(resource.plural), .key = key})) {
    return *std::move(error);
  }
  const std::lock_guard lock(mutex_);
  const Json* found = find(resource, key);
  if (found == nullptr) return not_found(resource, key.name);
  return *found;
}

Result<kube::ObjectList> FakeKube::list(const Resource& resource, const kube::ListOptions& options) const {
  const ObjectKey key{.name_space = options.name_space, .name = ""};
  if (auto error = refusal({.verb = Verb::List, .plural = std::string(resource.plural), .key = key})) {
    return *std::move(error);
  }
  const std::lock_guard lock(mutex_);
  kube::ObjectList result{.items = {}, .resource_version = std::to_string(revision_)};
  for (const auto& [place, object] : objects_) {
    if (std::get<0>(place) != kube::group_resource(resource) || !is_selected(object, options)) continue;
    result.items.push_back(as_asked(object, options));
  }
  return result;
}

Result<Json> FakeKube::get_path(std::string_view path) const {
  const std::lock_guard lock(mutex_);
  const auto found = paths_.find(path);
  if (found == paths_.end()) return Error{Code::NotFound, "the server could not find the requested resource"};
  return found->second;
}

Result<Json> FakeKube::create(const Resource& resource, const Json& object,
                              const kube::WriteOptions& options) {
  Json made = object;
  Json& metadata = made["metadata"];
  if (text_at(made, "/metadata/name").empty() && metadata.contains("generateName")) {
    metadata["name"] = text_at(made, "/metadata/generateName") + random_name_suffix();
  }
  const ObjectKey key = key_of(resource, made);
  const Call call{.verb = Verb::Create,
                  .plural = std::string(resource.plural),
                  .key = key,
                  .field_manager = options.field_manager};
  if (auto error = refusal(call)) return *std::move(error);
  if (key.name.empty())
    return invalid(resource, "", "metadata.name: Required value: name or generateName is required");
  if (metadata.contains("resourceVersion")) {
    return Error{Code::Invalid, "resourceVersion should not be set on objects to be created"};
  }
  const std::lock_guard lock(mutex_);
  if (find(resource, key) != nullptr) {
    return Error{Code::AlreadyExists,
                 kube::group_resource(resource) + " \"" + key.name + "\" already exists"};
  }
  return store_new(resource, key, std::move(made), call, options);
}

Result<Json> FakeKube::store_new(const Resource& resource, const ObjectKey& key, Json made, const Call& call,
                                 const kube::WriteOptions& options) {
  Json& metadata = made["metadata"];
  made["apiVersion"] = kube::api_version(resource);
  made["kind"] = resource.kind;
  if (has_status(resource)) {
    made.erase("status");
    metadata["generation"] = 1;
  }
  metadata["uid"] = random_uuid();
  metadata["creationTimestamp"] = format_time(clock_.now());
  metadata.erase("deletionTimestamp");
  if (options.dry_run) return made;
  record(resource, call);
  return store(resource, key, std::move(made));
}

Result<Json> FakeKube::replace(const Resource& resource, const ObjectKey& key, Part part, Json wanted,
                               const kube::WriteOptions& options, Verb verb) {
  const Json* stored = find(resource, key);
  if (stored == nullptr || (part == Part::Status && !has_status(resource)))
    return not_found(resource, key.name);
  if (auto error = version_conflict(resource, *stored, wanted)) return *std::move(error);
  Json result = merged(resource, *stored, part, std::move(wanted));
  if (auto error = type_change(resource, *stored, result)) return *std::move(error);
  if (options.dry_run) return result;
  record(resource, {.verb = verb, .key = key, .part = part, .field_manager = options.field_manager});
  if (result == *stored) return result;
  if (!is_finished(result)) return store(resource, key, std::move(result));
  erase(resource, key);
  return result;
}

Result<Json> FakeKube::update(const Resource& resource, Part part, const Json& object,
                              const kube::WriteOptions& options) {
  const ObjectKey key = key_of(resource, object);
  const Call call{.verb = Verb::Update, .plural = std::string(resource.plural), .key = key, .part = part};
  if (auto error = refusal(call)) return *std::move(error);
  const std::lock_guard lock(mutex_);
  if (has_status(resource) && find(resource, key) != nullptr &&
      text_at(object, "/metadata/resourceVersion").empty()) {
    return invalid(resource, key.name,
                   "metadata.resourceVersion: Invalid value: 0: must be specified for an update");
  }
  return replace(resource, key, part, object, options, Verb::Update);
}

Result<Json> FakeKube::merge_patch(const Resource& resource, const ObjectKey& key, Part part,
                                   const Json& patch, const kube::WriteOptions& options) {
  const Call call{.verb = Verb::Patch, .plural = std::string(resource.plural), .key = key, .part = part};
  if (auto error = refusal(call)) return *std::move(error);
  const std::lock_guard lock(mutex_);
  const Json* stored = find(resource, key);
  if (stored == nullptr) return not_found(resource, key.name);
  if (!patch.is_object()) return Error{Code::Invalid, "a merge patch is a JSON object"};
  Json wanted = *stored;
  wanted.merge_patch(patch);
  return replace(resource, key, part, std::move(wanted), options, Verb::Patch);
}

Status FakeKube::remove(const Resource& resource, const ObjectKey& key,
                        const kube::Preconditions& conditions) {
  const Call call{.verb = Verb::Delete, .plural = std::string(resource.plural), .key = key};
  if (auto error = refusal(call)) return *std::move(error);
  const std::lock_guard lock(mutex_);
  const Json* stored = find(resource, key);
  if (stored == nullptr) return not_found(resource, key.name);
  Json expected = {{"metadata", Json::object()}};
  if (conditions.uid) expected["metadata"]["uid"] = *conditions.uid;
  if (conditions.resource_version) expected["metadata"]["resourceVersion"] = *conditions.resource_version;
  if (auto error = version_conflict(resource, *stored, expected)) return *std::move(error);
  record(resource, call);
  if (stored->at("metadata").value("finalizers", Json::array()).empty()) {
    erase(resource, key);
    return Done{};
  }
  if (stored->at("metadata").contains("deletionTimestamp")) return Done{};
  Json doomed = *stored;
  doomed["metadata"]["deletionTimestamp"] = format_time(clock_.now());
  doomed["metadata"]["deletionGracePeriodSeconds"] = 0;
  if (has_status(resource)) doomed["metadata"]["generation"] = doomed["metadata"].value("generation", 0) + 1;
  store(resource, key, std::move(doomed));
  return Done{};
}

}  // namespace cw::contract
