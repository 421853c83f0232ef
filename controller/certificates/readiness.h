// The Ready condition of a Certificate and the dates beside it. Pure. Source: reference/controllers.md 1.10.
#pragma once

#include <optional>
#include <string>

#include "controller/certificates/view.h"
#include "lib/base/clock.h"

namespace cw::controller::certificates {

struct ReadinessDecision {
  std::optional<Finding> problem = {};       // nullopt: Ready
  std::optional<Finding> window_error = {};  // to warn of
  std::optional<TimePoint> look_again = {};  // when the certificate expires
};

ReadinessDecision decide_readiness(const View&, TimePoint now);

// Puts it into the status. `cause`: what stands in the way of mending it, from down the chain; may be empty.
void mark_readiness(View&, const ReadinessDecision&, const std::string& cause, TimePoint now);

}  // namespace cw::controller::certificates
