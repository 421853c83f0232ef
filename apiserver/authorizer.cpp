#include "apiserver/authorizer.h"

#include <algorithm>
#include <array>

#include "apiserver/identity.h"

namespace cw::apiserver {
namespace {

// As the roles system:discovery and system:basic-user give every user that is known.
constexpr std::array<std::string_view, 3> kOpenToUsers{"/api", "/apis", "/openapi"};

bool asks_about_itself(const rbac::Attributes& asked) {
  return asked.verb == "create" && asked.resource.starts_with("selfsubject") &&
         (asked.api_group == "authorization.k8s.io" || asked.api_group == "authentication.k8s.io");
}

bool is_open(const kube::UserInfo& user, const rbac::Attributes& asked) {
  if (asked.path && is_open_to_all(*asked.path)) return true;
  if (!is_in_group(user, kAuthenticated)) return false;
  return asked.path ? is_below(*asked.path, kOpenToUsers) : asks_about_itself(asked);
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
  if (!decision.allowed && is_open(user, asked)) return {.allowed = true};
  return decision;
}

kube::Outcome<Done> Authorizer::check(const kube::UserInfo& user, const RequestInfo& request) const {
  const rbac::Decision decision = decide(user, attributes_of(request));
  if (decision.allowed) return Done{};
  return forbidden_request(user, attributes_of(request), decision.reason);
}

}  // namespace cw::apiserver
