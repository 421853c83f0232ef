#include "apiserver/prepare.h"

#include <nlohmann/json.hpp>

#include "apiserver/json_access.h"
#include "lib/base/random.h"
#include "lib/base/time_text.h"

namespace cw::apiserver {
namespace {

using kube::Outcome;

constexpr std::size_t kMaxGeneratedPrefix = 58;  // with five random characters a label

void generate_name(Json& metadata) {
  const std::string prefix = text_member(metadata, "generateName");
  if (prefix.empty() || !text_member(metadata, "name").empty()) return;
  metadata["name"] = prefix.substr(0, kMaxGeneratedPrefix) + random_name_suffix();
}

// Everything but metadata and status: what `generation` counts the changes of.
Json wanted_part(Json object) {
  object.erase("metadata");
  object.erase("status");
  return object;
}

std::int64_t generation_of(const Json& object) {
  const Json* generation = find_path(object, {"metadata", "generation"});
  return generation != nullptr && generation->is_number_integer() ? generation->get<std::int64_t>() : 0;
}

void put_back_metadata(Json& next, const Json& old) {
  Json& metadata = make_object(next, "metadata");
  const Json& before = object_member(old, "metadata");
  copy_member(metadata, before, "generation");
  copy_member(metadata, before, "creationTimestamp");
  if (text_member(metadata, "uid").empty()) copy_member(metadata, before, "uid");
  if (before.contains("deletionTimestamp")) {
    copy_member(metadata, before, "deletionTimestamp");
    copy_member(metadata, before, "deletionGracePeriodSeconds");
  }
  metadata.erase("selfLink");
}

// Through a subresource nothing but one member changes.
void keep_all_but(const char* member, Json& next, const Json& old) {
  Json changed = old;
  copy_member(changed, next, member);
  copy_member(changed["metadata"], object_member(next, "metadata"), "managedFields");
  next = std::move(changed);
}

// Containers are added to a Pod that runs; they count as a change of what is wanted.
void keep_all_but_ephemeral(Json& next, const Json& old) {
  Json changed = old;
  copy_member(changed["spec"], object_member(next, "spec"), "ephemeralContainers");
  copy_member(changed["metadata"], object_member(next, "metadata"), "managedFields");
  if (changed["spec"] != object_member(old, "spec"))
    changed["metadata"]["generation"] = generation_of(old) + 1;
  next = std::move(changed);
}

// Through a part of a core kind metadata may be changed too.
void prepare_part(Json& next, const Json& old, const ResourceRow& row, ObjectPart part) {
  if (part == ObjectPart::Ephemeral) return keep_all_but_ephemeral(next, old);
  const char* member = part == ObjectPart::Finalizers ? "spec" : "status";
  Json metadata = object_member(next, "metadata");
  keep_all_but(member, next, old);
  if (row.family != Family::Core) return;
  next["metadata"] = std::move(metadata);
  put_back_metadata(next, old);
}

}  // namespace

Outcome<Done> match_namespace(Json& object, const ResourceRow& row, const std::string& name_space) {
  Json& metadata = make_object(object, "metadata");
  const std::string given = text_member(metadata, "namespace");
  if (!row.resource.namespaced) {
    metadata.erase("namespace");
  } else if (given.empty()) {
    metadata["namespace"] = name_space;
  } else if (given != name_space) {
    return kube::bad_request(
        "the namespace of the provided object does not match the namespace sent on the request");
  }
  return Done{};
}

kube::StatusError without_name(const std::string& name_of_path) {
  return kube::bad_request("the name of the object (" + name_of_path +
                           " based on URL) was undeterminable: name must be provided");
}

Outcome<Done> match_name(Json& object, const std::string& name) {
  Json& metadata = make_object(object, "metadata");
  const std::string given = text_member(metadata, "name");
  if (given.empty()) metadata["name"] = name;
  if (given.empty() || given == name) return Done{};
  return kube::bad_request("the name of the object (" + given + ") does not match the name on the URL (" +
                           name + ")");
}

void wipe_system_fields(Json& metadata) {
  for (const char* member :
       {"creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "uid"}) {
    metadata.erase(member);
  }
}

void prepare_create(Json& object, const ResourceRow& row, TimePoint now) {
  Json& metadata = make_object(object, "metadata");
  wipe_system_fields(metadata);
  metadata.erase("resourceVersion");
  // A built-in kind that counts none keeps what the client says.
  if (row.counts_generation || row.family == Family::Custom) metadata.erase("generation");
  generate_name(metadata);
  metadata["uid"] = random_uuid();
  metadata["creationTimestamp"] = format_time(now);
  if (row.counts_generation) metadata["generation"] = 1;
  if (row.has_status() && row.family == Family::Custom) object.erase("status");
  if (row.rules.fill != nullptr) row.rules.fill(object);
  if (row.rules.prepare_create != nullptr) row.rules.prepare_create(object);
}

void prepare_update(Json& next, const Json& old, const ResourceRow& row, ObjectPart part, TimePoint now) {
  if (part != ObjectPart::Whole) {
    prepare_part(next, old, row, part);
    if (row.rules.prepare_part != nullptr) row.rules.prepare_part(next, old, part, now);
    return;
  }
  put_back_metadata(next, old);
  if (row.has_status()) copy_member(next, old, "status");
  if (row.rules.fill != nullptr) row.rules.fill(next);
  if (row.rules.prepare_update != nullptr) row.rules.prepare_update(next, old);
  const auto labels = [](const Json& object) {
    return object_member(object_member(object, "metadata"), "labels");
  };
  const bool relabeled = row.counts_labels && labels(next) != labels(old);
  if (row.counts_generation && (relabeled || wanted_part(next) != wanted_part(old))) {
    next["metadata"]["generation"] = generation_of(old) + 1;
  }
}

Outcome<Done> check_uid(const Json& wanted, const Json& stored, const ResourceRow& row) {
  const std::string asked = metadata_text(wanted, "uid");
  const std::string uid = metadata_text(stored, "uid");
  if (asked.empty() || asked == uid) return Done{};
  const std::string key =
      "/registry/" + (row.resource.group.empty() ? std::string() : std::string(row.resource.group) + "/") +
      std::string(row.resource.plural) + "/" + metadata_text(stored, "namespace") + "/" +
      metadata_text(stored, "name");
  return kube::conflict(
      row.resource, metadata_text(stored, "name"),
      "StorageError: invalid object, Code: 4, Key: " + key +
          ", ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: " + asked +
          ", UID in object meta: " + uid);
}

}  // namespace cw::apiserver
