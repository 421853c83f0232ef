#include "apiserver/authorizer.h"

#include <algorithm>
#include <array>
#include <optional>

#include "apiserver/identity.h"

namespace cw::apiserver {
namespace {

// As the roles system:discovery and system:basic-user give every user that is known.
constexpr std::array<std::string_view, 3> kOpenToUsers{"/api", "/apis", "/openapi"};

bool asks_about_itself(const rbac::Attributes& asked) {
  return asked.verb == "create" && asked.resource.starts_with("selfsubject") &&
         (asked.api_group == "authorization.k8s.io" || asked.api_group == "authentication.k8s.io");
}

// As the role system:public-info-viewer gives everybody.
bool is_public(std::string_view path) {
  constexpr std::array<std::string_view, 5> kPublic{"/healthz", "/livez", "/readyz", "/version", "/version/"};
  return std::find(kPublic.begin(), kPublic.end(), path) != kPublic.end();
}

// As a binding of the role would say it.
rbac::Decision allowed_by(std::string_view role, std::string_view group) {
  const std::string name = kube::quoted(role);
  return {.allowed = true,
          .reason = "RBAC: allowed by ClusterRoleBinding " + name + " of ClusterRole " + name + " to Group " +
                    kube::quoted(group)};
}

std::optional<rbac::Decision> open_to(const kube::UserInfo& user, const rbac::Attributes& asked) {
  const bool known = is_in_group(user, kAuthenticated);
  if (!asked.path) {
    if (known && asks_about_itself(asked)) return allowed_by("system:basic-user", kAuthenticated);
    return std::nullopt;
  }
  if (asked.verb != "get") return std::nullopt;
  const bool is_open = is_public(*asked.path);
  if (known && (is_open || is_below(*asked.path, kOpenToUsers))) {
    return allowed_by("system:discovery", kAuthenticated);
  }
  // Whoever is asked about without any group holds neither binding.
  if (is_open && is_in_group(user, kUnauthenticated)) {
    return allowed_by("system:public-info-viewer", kUnauthenticated);
  }
  return std::nullopt;
}

}  // namespace

bool is_in_group(const kube::UserInfo& user, std::string_view group) {
  return std::find(user.groups.begin(), user.groups.end(), group) != user.groups.end();
}

bool is_master(const kube::UserInfo& user) { return is_in_group(user, kAdminGroup); }

rbac::Attributes attributes_of(const RequestInfo& request) {
  if (!request.is_resource) return {.verb = request.verb, .path = request.path};
  return {.verb = request.verb,
          .api_group = request.group,
          .resource = request.resource,
          .sub_resource = request.sub_resource,
          .name = request.name.empty() ? request.selected_name : request.name,
          .name_space = request.name_space};
}

rbac::Decision Authorizer::decide(const kube::UserInfo& user, const rbac::Attributes& asked) const {
  if (is_master(user)) return {.allowed = true};
  rbac::Decision decision = rbac::decide(rulebook_, user, asked);
  if (decision.allowed) return decision;
  return open_to(user, asked).value_or(std::move(decision));
}

kube::Outcome<Done> Authorizer::check(const kube::UserInfo& user, const RequestInfo& request,
                                      std::string* reason) const {
  const rbac::Decision decision = decide(user, attributes_of(request));
  if (reason != nullptr) *reason = decision.reason;
  if (decision.allowed) return Done{};
  return forbidden_request(user, attributes_of(request), decision.reason);
}

}  // namespace cw::apiserver
