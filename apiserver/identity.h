// Who a request is from. The client certificate is the only credential; whoever has none is let in to no
// resource. Pure; thread-safe.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "lib/http/server.h"
#include "lib/kube/admission_review.h"
#include "lib/kube/status.h"
#include "lib/rbac/rules.h"

namespace cw::apiserver {

inline constexpr std::string_view kAdminGroup = "system:masters";
inline constexpr std::string_view kAuthenticated = "system:authenticated";
inline constexpr std::string_view kUnauthenticated = "system:unauthenticated";
inline constexpr std::string_view kAnonymous = "system:anonymous";

// The user of the client certificate. 401 without a certificate, except for paths that are open to all: then
// the anonymous user.
kube::Outcome<kube::UserInfo> authenticate(const http::Request&);

// Health and version.
bool is_open_to_all(std::string_view path);
template <std::size_t N>
bool is_below(std::string_view path, const std::array<std::string_view, N>& roots) {
  return std::any_of(roots.begin(), roots.end(), [path](std::string_view root) {
    return path == root || (path.starts_with(root) && path[root.size()] == '/');
  });
}

// 403, in the words of kube-apiserver. `reason` may be empty.
kube::StatusError forbidden_request(const kube::UserInfo&, const rbac::Attributes&,
                                    const std::string& reason = {});

}  // namespace cw::apiserver
