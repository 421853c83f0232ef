#include "tests/contract/fake_kube_checks.h"

#include <nlohmann/json.hpp>

namespace cw::contract {

using kube::Json;
using kube::ObjectKey;
using kube::Resource;

Error not_found(const Resource& resource, const std::string& name) {
  return {Code::NotFound, kube::group_resource(resource) + " \"" + name + "\" not found"};
}

Error conflict(const Resource& resource, const std::string& name, const std::string& why) {
  return {Code::Conflict,
          "Operation cannot be fulfilled on " + kube::group_resource(resource) + " \"" + name + "\": " + why};
}

Error invalid(const Resource& resource, const std::string& name, const std::string& why) {
  return {Code::Invalid, std::string(resource.kind) + " \"" + name + "\" is invalid: " + why};
}

std::string text_at(const Json& object, const char* pointer) {
  return object.value(Json::json_pointer(pointer), std::string());
}

ObjectKey key_of(const Resource& resource, const Json& object) {
  return {.name_space = resource.namespaced ? text_at(object, "/metadata/namespace") : std::string(),
          .name = text_at(object, "/metadata/name")};
}

std::optional<Error> version_conflict(const Resource& resource, const Json& stored, const Json& wanted) {
  const std::string version = text_at(wanted, "/metadata/resourceVersion");
  const std::string uid = text_at(wanted, "/metadata/uid");
  const std::string name = text_at(stored, "/metadata/name");
  if (!uid.empty() && uid != text_at(stored, "/metadata/uid")) {
    return conflict(resource, name, "Precondition failed: UID in precondition: " + uid);
  }
  if (version.empty() || version == text_at(stored, "/metadata/resourceVersion")) return std::nullopt;
  return conflict(
      resource, name,
      "the object has been modified; please apply your changes to the latest version and try again");
}

std::optional<Error> type_change(const Resource& resource, const Json& stored, const Json& wanted) {
  const std::string type = text_at(stored, "/type");
  if (resource.plural != "secrets" || type.empty() || type == text_at(wanted, "/type")) return std::nullopt;
  return invalid(resource, text_at(stored, "/metadata/name"), "type: Invalid value: field is immutable");
}

}  // namespace cw::contract
