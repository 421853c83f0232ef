#include "apiserver/identity.h"

namespace cw::apiserver {
namespace {

constexpr std::array<std::string_view, 4> kOpenToAll{"/healthz", "/livez", "/readyz", "/version"};

}  // namespace

const kube::UserInfo& system_user() {
  static const kube::UserInfo kUser = [] {
    kube::UserInfo user;
    user.username = "system:apiserver";
    user.groups = {std::string(kAdminGroup), "system:authenticated"};
    return user;
  }();
  return kUser;
}

bool is_open_to_all(std::string_view path) { return is_below(path, kOpenToAll); }

kube::StatusError forbidden_request(const kube::UserInfo& user, const rbac::Attributes& asked,
                                    const std::string& reason) {
  const std::string why = reason.empty() ? std::string() : ": " + reason;
  const std::string who = "User " + kube::quoted(user.username) + " cannot " + asked.verb;
  if (asked.path) return kube::forbidden_path(who + " path " + kube::quoted(*asked.path) + why);
  std::string what = asked.resource;
  if (!asked.sub_resource.empty()) what += "/" + asked.sub_resource;
  const bool in_namespace = !asked.name_space.empty();
  const std::string where =
      in_namespace ? "in the namespace " + kube::quoted(asked.name_space) : "at the cluster scope";
  const kube::Resource resource{asked.api_group, {}, asked.resource, {}, in_namespace};
  return kube::forbidden(resource, asked.name,
                         who + " resource " + kube::quoted(what) + " in API group " +
                             kube::quoted(asked.api_group) + " " + where + why);
}

}  // namespace cw::apiserver
