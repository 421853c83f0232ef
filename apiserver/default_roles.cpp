#include "apiserver/default_roles.h"

#include <algorithm>
#include <array>
#include <optional>

#include <nlohmann/json.hpp>

#include "apiserver/definitions.h"
#include "apiserver/json_access.h"
#include "apiserver/stored_rulebook.h"
#include "lib/kube/encode.h"
#include "lib/rbac/covers.h"

namespace cw::apiserver {
namespace {

constexpr const char* kAutoUpdate = "rbac.authorization.kubernetes.io/autoupdate";
constexpr std::array<kube::Resource, 4> kKinds{
    {{kRbacGroup, "v1", "clusterroles", "ClusterRole", false},
     {kRbacGroup, "v1", "clusterrolebindings", "ClusterRoleBinding", false},
     {kRbacGroup, "v1", "roles", "Role"},
     {kRbacGroup, "v1", "rolebindings", "RoleBinding"}}};

bool is_updated(const Json& stored) {
  return text_at(stored, {"metadata", "annotations", kAutoUpdate}) != "false";
}

void append(Json& list, const Json& more) {
  if (!list.is_array()) list = Json::array();
  list.insert(list.end(), more.begin(), more.end());
}

// Rules that an older version did not have. What someone added stays.
Json missing_rules(const Json& stored, const Json& wanted) {
  Json missing = Json::array();
  const Result<rbac::Role> held = rbac::decode_role(stored);
  const Result<rbac::Role> needed = rbac::decode_role(wanted);
  if (!held || !needed) return missing;
  for (const rbac::PolicyRule& rule : rbac::missing_rules(held->rules.items(), needed->rules.items())) {
    missing.push_back(kube::to_json(rule));
  }
  return missing;
}

Json missing_subjects(const Json& stored, const Json& wanted) {
  Json missing = Json::array();
  const Json& held = array_member(stored, "subjects");
  for (const Json& subject : array_member(wanted, "subjects")) {
    if (std::find(held.begin(), held.end(), subject) == held.end()) missing.push_back(subject);
  }
  return missing;
}

// What the stored object should become; nullopt: it is as it should be.
std::optional<Json> completed(const Json& stored, const Json& wanted, bool is_role) {
  if (!is_updated(stored) || wanted.contains("aggregationRule")) return std::nullopt;
  const Json missing = is_role ? missing_rules(stored, wanted) : missing_subjects(stored, wanted);
  if (missing.empty()) return std::nullopt;
  Json next = stored;
  append(next[is_role ? "rules" : "subjects"], missing);
  return next;
}

}  // namespace

Status make_default_roles(const kube::KubeReader& reader, kube::KubeWriter& writer) {
  for (const Json& object : Json::parse(kDefaultRoles)) {
    const std::string kind = text_member(object, "kind");
    const kube::Resource& resource = *std::find_if(
        kKinds.begin(), kKinds.end(), [&kind](const kube::Resource& one) { return one.kind == kind; });
    const bool is_role = kind == "ClusterRole" || kind == "Role";
    const Result<Json> stored =
        reader.get(resource, {metadata_text(object, "namespace"), metadata_text(object, "name")});
    const auto next = stored ? completed(*stored, object, is_role) : std::optional(object);
    if (!next) continue;
    const Result<Json> made =
        stored ? writer.update(resource, kube::Part::Object, *next, {}) : writer.create(resource, *next, {});
    const bool by_another =
        !made && (made.error().code == Code::AlreadyExists || made.error().code == Code::Conflict);
    if (!made && !by_another) return made.error();
  }
  return Done{};
}

}  // namespace cw::apiserver
