#include "apiserver/default_roles.h"

#include <nlohmann/json.hpp>

#include "apiserver/definitions.h"
#include "apiserver/json_access.h"
#include "apiserver/stored_rulebook.h"

namespace cw::apiserver {

Status make_default_roles(const kube::KubeReader& reader, kube::KubeWriter& writer) {
  for (Json object : Json::parse(kDefaultRoles)) {
    const std::string kind = text_member(object, "kind");
    const bool is_role = kind == "ClusterRole";
    const kube::Resource resource{kRbacGroup, "v1", is_role ? "clusterroles" : "clusterrolebindings",
                                  is_role ? "ClusterRole" : "ClusterRoleBinding", false};
    if (reader.get(resource, {"", metadata_text(object, "name")})) continue;
    const auto made = writer.create(resource, object, {});
    if (!made) return made.error();
  }
  return Done{};
}

}  // namespace cw::apiserver
