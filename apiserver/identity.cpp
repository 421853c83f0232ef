#include "apiserver/identity.h"

#include <algorithm>
#include <array>

namespace cw::apiserver {
namespace {

constexpr std::string_view kAuthenticated = "system:authenticated";
constexpr std::string_view kAnonymous = "system:anonymous";
constexpr std::string_view kUnauthenticated = "system:unauthenticated";
constexpr std::string_view kExtraHeader = "Impersonate-Extra-";

bool is_member(const kube::UserInfo& user, std::string_view group) {
  return std::find(user.groups.begin(), user.groups.end(), group) != user.groups.end();
}

template <std::size_t N>
bool is_below(const std::string& path, const std::array<std::string_view, N>& roots) {
  return std::any_of(roots.begin(), roots.end(), [&](std::string_view root) {
    return path == root || (path.starts_with(root) && path[root.size()] == '/');
  });
}

constexpr std::array<std::string_view, 4> kOpenToAll{"/healthz", "/livez", "/readyz", "/version"};
// As the roles system:discovery and system:basic-user give every user that is known.
constexpr std::array<std::string_view, 3> kOpenToUsers{"/api", "/apis", "/openapi"};

bool asks_about_itself(const RequestInfo& request) {
  return request.verb == "create" && request.resource.starts_with("selfsubject") &&
         (request.group == "authorization.k8s.io" || request.group == "authentication.k8s.io");
}

// Header names have no case.
bool is_same(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

bool has_prefix(std::string_view name, std::string_view prefix) {
  return is_same(name.substr(0, prefix.size()), prefix);
}

kube::UserInfo certificate_user(const http::PeerIdentity& peer) {
  kube::UserInfo user;
  user.username = peer.common_name;
  user.groups = kube::List<std::string>(peer.organizations);
  user.groups.push_back(std::string(kAuthenticated));
  return user;
}

kube::UserInfo impersonated_user(const http::Request& request) {
  kube::UserInfo user;
  user.username = request.header("Impersonate-User");
  user.uid = request.header("Impersonate-Uid");
  for (const auto& [name, value] : request.headers) {
    if (is_same(name, "Impersonate-Group")) user.groups.push_back(value);
    if (!has_prefix(name, kExtraHeader)) continue;
    std::string key = name.substr(kExtraHeader.size());
    std::transform(key.begin(), key.end(), key.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    auto values = user.extra.get(key);
    values.push_back(value);
    user.extra.set(key, values);
  }
  user.groups.push_back(std::string(user.username == kAnonymous ? kUnauthenticated : kAuthenticated));
  return user;
}

bool asks_impersonation(const http::Request& request) {
  return std::any_of(request.headers.begin(), request.headers.end(),
                     [](const auto& header) { return has_prefix(header.first, "Impersonate-"); });
}

kube::Outcome<kube::UserInfo> impersonate(const kube::UserInfo& user, const http::Request& request) {
  kube::UserInfo wanted = impersonated_user(request);
  if (wanted.username.empty()) {
    return kube::bad_request("requested impersonation of groups, uid or extra without impersonating a user");
  }
  if (is_member(user, kAdminGroup)) return wanted;
  return kube::forbidden({"", "v1", "users", "User", false}, wanted.username,
                         "User " + kube::quoted(user.username) +
                             " cannot impersonate resource \"users\" in API group \"\" at the cluster scope");
}

}  // namespace

kube::Outcome<kube::UserInfo> authenticate(const http::Request& request) {
  if (request.peer) {
    kube::UserInfo user = certificate_user(*request.peer);
    return asks_impersonation(request) ? impersonate(user, request) : std::move(user);
  }
  if (!is_below(request.path, kOpenToAll))
    return kube::StatusError(kube::Reason::Unauthorized, "Unauthorized");
  kube::UserInfo nobody;
  nobody.username = kAnonymous;
  nobody.groups.push_back(std::string(kUnauthenticated));
  return nobody;
}

bool AdminAuthorizer::allows(const kube::UserInfo& user, const RequestInfo& request) const {
  if (is_member(user, kAdminGroup)) return true;
  if (!request.is_resource && is_below(request.path, kOpenToAll)) return true;
  if (!is_member(user, kAuthenticated)) return false;
  return request.is_resource ? asks_about_itself(request) : is_below(request.path, kOpenToUsers);
}

kube::StatusError forbidden_request(const kube::UserInfo& user, const RequestInfo& request) {
  const std::string who = "User " + kube::quoted(user.username) + " cannot " + request.verb;
  if (!request.is_resource) return kube::forbidden_path(who + " path " + kube::quoted(request.path));
  std::string what = request.resource;
  if (!request.sub_resource.empty()) what += "/" + request.sub_resource;
  const bool in_namespace = !request.name_space.empty() && request.resource != "namespaces";
  const std::string where =
      in_namespace ? "in the namespace " + kube::quoted(request.name_space) : "at the cluster scope";
  const kube::Resource resource{request.group, request.version, request.resource, {}, in_namespace};
  return kube::forbidden(
      resource, request.name,
      who + " resource " + kube::quoted(what) + " in API group " + kube::quoted(request.group) + " " + where);
}

}  // namespace cw::apiserver
