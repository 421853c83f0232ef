// What a Certificate asks of whoever decides over its requests. Functions that are not set: nothing is known.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "lib/api/certificate_request.h"
#include "lib/base/clock.h"
#include "lib/kube/metadata.h"

namespace cw::controller::certificates {

struct ApprovalNews {
  // Why a request is neither approved nor denied; empty: not known.
  std::function<std::string(const kube::ObjectMeta& request)> pending_cause = {};
  // Since when the request of a Certificate, which was denied, would be approved; nullopt: it would not.
  std::function<std::optional<TimePoint>(const kube::ObjectKey& certificate)> released_since = {};
};

}  // namespace cw::controller::certificates
