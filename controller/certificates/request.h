// The CertificateRequest of the next revision: which of the owned ones is it, which are left-overs, or is one
// to be made. Pure. Source: reference/controllers.md 1.7.
#pragma once

#include <string>
#include <string_view>

#include "controller/certificates/actions.h"
#include "controller/certificates/next_key.h"
#include "controller/certificates/view.h"
#include "lib/base/clock.h"

namespace cw::controller::certificates {

struct RequestDecision {
  Actions actions = {};                   // after the status write
  const OwnedRequest* request = nullptr;  // of the view; the one that answers this issuance
  std::string blocked = {};               // why there is none and none is made; for people
};

// While issuing, with a key. `issuing_since`: the last transition of the Issuing condition.
RequestDecision decide_request(const View&, const UsableKey&, TimePoint issuing_since);

// "<certificate>-<revision>", shortened as the field does it (reference/controllers.md 0.8, 1.7).
std::string request_name(std::string_view certificate, std::int64_t revision);

}  // namespace cw::controller::certificates
