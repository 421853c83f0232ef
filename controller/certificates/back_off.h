// How long a Certificate waits after a failed issuance (reference/controllers.md 1.3). Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "controller/certificates/view.h"
#include "lib/base/clock.h"

namespace cw::controller::certificates {

// first · 2^(attempts-1), at most `last`; 0 if `first` is not positive.
std::chrono::seconds back_off_delay(const Settings&, std::int64_t attempts);

// The spec, the issuer or the CA that it signs with is another one than what failed: counting begins anew.
bool changed_since_failure(const View&, TimePoint now);

// Until when nothing is tried; nullopt: it may be tried now, as after such a change.
std::optional<TimePoint> backing_off_until(const View&, TimePoint now);

}  // namespace cw::controller::certificates
