#include "apiserver/managers.h"

#include <algorithm>
#include <tuple>

#include <nlohmann/json.hpp>

#include "apiserver/json_access.h"

namespace cw::apiserver {
namespace {

const Json& entries_of(const Json& object) {
  return array_member(object_member(object, "metadata"), "managedFields");
}

Result<ManagerEntry> decode_entry(const Json& json) {
  ManagerEntry entry{text_member(json, "manager"),    text_member(json, "operation"),
                     text_member(json, "apiVersion"), text_member(json, "subresource"),
                     text_member(json, "time"),       {}};
  if (entry.operation != "Apply" && entry.operation != "Update")
    return Error{Code::Invalid, "unknown operation"};
  if (entry.api_version.empty() || text_member(json, "fieldsType") != "FieldsV1") {
    return Error{Code::Invalid, "an entry without a version, or of unknown fields"};
  }
  const Json* fields = find_member(json, "fieldsV1");
  if (fields != nullptr) entry.fields = TRY(parse_field_set(*fields));
  return entry;
}

Json encode_entry(const ManagerEntry& entry) {
  Json json{{"manager", entry.manager},
            {"operation", entry.operation},
            {"apiVersion", entry.api_version},
            {"fieldsType", "FieldsV1"},
            {"fieldsV1", to_fields_v1(entry.fields)}};
  if (!entry.time.empty()) json["time"] = entry.time;
  if (!entry.sub_resource.empty()) json["subresource"] = entry.sub_resource;
  return json;
}

}  // namespace

Managers decode_managers(const Json& object) {
  Managers managers;
  for (const Json& json : entries_of(object)) {
    Result<ManagerEntry> entry = decode_entry(json);
    if (!entry) return {};
    managers.push_back(std::move(entry).value());
  }
  return managers;
}

bool is_managers_reset(const Json& object) {
  const Json* entries = find_path(object, {"metadata", "managedFields"});
  if (entries == nullptr || !entries->is_array()) return false;
  return entries->empty() || (entries->size() == 1 && entries->front().empty());
}

void encode_managers(Managers managers, Json& object) {
  std::sort(managers.begin(), managers.end(), [](const ManagerEntry& a, const ManagerEntry& b) {
    return std::tie(a.operation, a.time, a.manager, a.api_version, a.sub_resource) <
           std::tie(b.operation, b.time, b.manager, b.api_version, b.sub_resource);
  });
  Json entries = Json::array();
  for (const ManagerEntry& entry : managers) {
    if (!entry.fields.empty()) entries.push_back(encode_entry(entry));
  }
  if (entries.empty()) {
    make_object(object, "metadata").erase("managedFields");
  } else {
    make_object(object, "metadata")["managedFields"] = std::move(entries);
  }
}

bool is_same_manager(const ManagerEntry& a, const ManagerEntry& b) {
  const bool same_version = a.operation == "Apply" || a.api_version == b.api_version;
  return a.manager == b.manager && a.operation == b.operation && a.sub_resource == b.sub_resource &&
         same_version;
}

std::size_t find_or_add_index(Managers& managers, ManagerEntry entry) {
  const auto at = std::find_if(managers.begin(), managers.end(),
                               [&](const ManagerEntry& known) { return is_same_manager(known, entry); });
  if (at != managers.end()) return static_cast<std::size_t>(at - managers.begin());
  managers.push_back(std::move(entry));
  return managers.size() - 1;
}

FieldSet without_system_fields(FieldSet fields) {
  static const FieldSet kSystem = [] {
    FieldSet system;
    system.insert({"f:apiVersion"});
    system.insert({"f:kind"});
    system.insert({"f:metadata"});
    for (const char* name : {"f:name", "f:namespace", "f:creationTimestamp", "f:selfLink", "f:uid",
                             "f:clusterName", "f:generation", "f:managedFields", "f:resourceVersion"}) {
      system.insert({"f:metadata", name});
    }
    return system;
  }();
  return minus(std::move(fields), kSystem);
}

}  // namespace cw::apiserver
