// The users and groups that the API server itself knows, what everyone may see, and how a refusal is said.
// Pure.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "lib/kube/admission_review.h"
#include "lib/kube/service_account.h"
#include "lib/kube/status.h"
#include "lib/rbac/rules.h"

namespace cw::apiserver {

inline constexpr std::string_view kAdminGroup = "system:masters";
inline constexpr std::string_view kAuthenticated = kube::kAuthenticatedGroup;
inline constexpr std::string_view kUnauthenticated = "system:unauthenticated";
inline constexpr std::string_view kAnonymous = "system:anonymous";

// The identity of the server's own writes.
const kube::UserInfo& system_user();

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
