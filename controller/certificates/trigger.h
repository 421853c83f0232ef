// Trigger: decides whether a Certificate must be (re)issued. What follows from it is the Issuing condition
// and nothing else. Pure. Source: reference/controllers.md 1.2.
#pragma once

#include <optional>
#include <string>

#include "controller/certificates/loop.h"
#include "controller/certificates/view.h"
#include "lib/base/clock.h"

namespace cw::controller::certificates {

struct TriggerDecision {
  std::optional<Finding> start = {};         // set Issuing=True with this
  std::optional<Finding> window_error = {};  // warn of this too
  std::optional<TimePoint> look_again = {};  // when time alone may change the answer
  std::string held_back = {};                // why nothing is started although something is due
  std::optional<Loop> loop = {};             // … namely for this
};

TriggerDecision trigger(const View&, TimePoint now);

// Of the Certificates that name one Secret, the one that may write it.
std::string owner_of_secret(const View&);

}  // namespace cw::controller::certificates
