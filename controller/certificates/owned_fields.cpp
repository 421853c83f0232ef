#include "controller/certificates/owned_fields.h"

#include <nlohmann/json.hpp>

#include "lib/kube/json.h"

namespace cw::controller::certificates {
namespace {

using kube::Json;

constexpr std::string_view kFieldPrefix = "f:";
constexpr std::string_view kKeyPrefix = "k:";

// The member, or an empty object if there is none or it is something else.
const Json& member(const Json& object, std::string_view name) {
  static const Json kNone = Json::object();
  if (!object.is_object()) return kNone;
  const auto found = object.find(name);
  return found != object.end() ? *found : kNone;
}

std::string text(const Json& object, std::string_view name) {
  const auto& value = member(object, name);
  return value.is_string() ? value.get<std::string>() : std::string();
}

void add_names(const Json& fields, Names& names) {
  if (!fields.is_object()) return;
  for (const auto& [key, below] : fields.items()) {
    if (key.starts_with(kFieldPrefix)) names.insert(key.substr(kFieldPrefix.size()));
  }
}

// Items of a list are known by their keys: k:{"uid":"…"}.
void add_owners(const Json& fields, Names& uids) {
  if (!fields.is_object()) return;
  for (const auto& [key, below] : fields.items()) {
    if (!key.starts_with(kKeyPrefix)) continue;
    const auto keys = kube::parse_json(std::string_view(key).substr(kKeyPrefix.size()));
    if (keys) uids.insert(text(*keys, "uid"));
  }
}

const Json& entries(const Json& object) { return member(member(object, "metadata"), "managedFields"); }

}  // namespace

OwnedFields owned_fields(const Json& object, std::string_view manager) {
  OwnedFields owned;
  for (const auto& entry : entries(object)) {
    if (text(entry, "manager") != manager || text(entry, "operation") != "Apply") continue;
    const auto& fields = member(entry, "fieldsV1");
    const auto& metadata = member(fields, "f:metadata");
    add_names(member(fields, "f:data"), owned.data);
    add_names(member(metadata, "f:labels"), owned.labels);
    add_names(member(metadata, "f:annotations"), owned.annotations);
    add_owners(member(metadata, "f:ownerReferences"), owned.owners);
  }
  return owned;
}

std::string other_data_writer(const Json& object, std::string_view manager) {
  std::string writer;
  std::string latest;
  for (const auto& entry : entries(object)) {
    const auto name = text(entry, "manager");
    if (name == manager || member(member(entry, "fieldsV1"), "f:data").empty()) continue;
    const auto time = text(entry, "time");  // RFC 3339 in UTC: in the order of their texts
    if (time < latest) continue;
    latest = time;
    writer = name;
  }
  return writer;
}

}  // namespace cw::controller::certificates
