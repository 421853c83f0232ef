// What follows a request to an ACME server that brought nothing, but may later. Pure.
#pragma once

#include "controller/acme/pace.h"
#include "controller/runtime/workers.h"
#include "lib/acme/failure.h"
#include "lib/base/clock.h"
#include "lib/base/result.h"

namespace cw::controller::acme {

namespace wire = ::cw::acme;  // what is said to ACME servers, for "acme" is this folder here

// Again when the server, or our own limit, says; else an error, after which the queue waits longer each time.
Result<runtime::Outcome> set_back(const wire::Failure&, TimePoint now);

// How long after it nothing is to be tried, whatever news there is.
milliseconds quiet_after(const wire::Failure&, const Pace&);

// What a pass comes to that is too early.
inline runtime::Outcome too_early(SteadyTime now, SteadyTime quiet_until) {
  return {.again_after = std::chrono::ceil<milliseconds>(quiet_until - now), .undisturbed = true};
}
// Until when nothing is to be tried after a pass that ended so. A conflict is no failure of anybody's.
SteadyTime quiet_until(SteadyTime before, const Result<runtime::Outcome>& ended, SteadyTime now, const Pace&);

// So long that a person should read of it in the object's status.
bool is_long(const wire::Failure&);

}  // namespace cw::controller::acme
