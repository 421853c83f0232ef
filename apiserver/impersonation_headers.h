// The Impersonate-… headers of a request. Pure.
#pragma once

#include <optional>

#include "lib/http/server.h"
#include "lib/kube/admission_review.h"
#include "lib/kube/status.h"

namespace cw::apiserver {

// Whom the request wants to act as, just as the headers say it; nullopt: it names nobody. 400 for groups, UID
// or extra without a user.
kube::Outcome<std::optional<kube::UserInfo>> read_impersonation(const http::Request&);

}  // namespace cw::apiserver
