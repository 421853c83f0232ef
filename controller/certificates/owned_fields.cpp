#include "controller/certificates/owned_fields.h"

#include <nlohmann/json.hpp>

#include "lib/kube/json.h"
#include "lib/kube/json_access.h"

namespace cw::controller::certificates {
namespace {

using kube::Json;
using kube::object_member;
using kube::text_member;

constexpr std::string_view kFieldPrefix = "f:";
constexpr std::string_view kKeyPrefix = "k:";

void add_names(const Json& fields, Names& names) {
  for (const auto& [key, below] : fields.items()) {
    if (key.starts_with(kFieldPrefix)) names.insert(key.substr(kFieldPrefix.size()));
  }
}

// Items of a list are known by their keys: k:{"uid":"…"}.
void add_owners(const Json& fields, Names& uids) {
  for (const auto& [key, below] : fields.items()) {
    if (!key.starts_with(kKeyPrefix)) continue;
    const auto keys = kube::parse_json(std::string_view(key).substr(kKeyPrefix.size()));
    if (keys) uids.insert(text_member(*keys, "uid"));
  }
}

const Json& entries(const Json& object) {
  return kube::array_member(kube::object_member(object, "metadata"), "managedFields");
}

}  // namespace

OwnedFields owned_fields(const Json& object, std::string_view manager) {
  OwnedFields owned;
  for (const auto& entry : entries(object)) {
    if (text_member(entry, "manager") != manager || text_member(entry, "operation") != "Apply") continue;
    const auto& fields = object_member(entry, "fieldsV1");
    const auto& metadata = object_member(fields, "f:metadata");
    add_names(object_member(fields, "f:data"), owned.data);
    add_names(object_member(metadata, "f:labels"), owned.labels);
    add_names(object_member(metadata, "f:annotations"), owned.annotations);
    add_owners(object_member(metadata, "f:ownerReferences"), owned.owners);
  }
  return owned;
}

std::string other_data_writer(const Json& object, std::string_view manager) {
  std::string writer;
  std::string latest;
  for (const auto& entry : entries(object)) {
    const auto name = text_member(entry, "manager");
    if (name == manager || object_member(object_member(entry, "fieldsV1"), "f:data").empty()) continue;
    const auto time = text_member(entry, "time");  // RFC 3339 in UTC: in the order of their texts
    if (time < latest) continue;
    latest = time;
    writer = name;
  }
  return writer;
}

}  // namespace cw::controller::certificates
