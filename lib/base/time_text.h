// RFC 3339 times, the only time format of the Kubernetes API. UTC, whole seconds: a fraction is accepted and
// dropped.
#pragma once

#include <string>
#include <string_view>

#include "lib/base/clock.h"
#include "lib/base/result.h"

namespace cw {

Result<TimePoint> parse_time(std::string_view text);
// "2026-01-02T03:04:05Z"
std::string format_time(TimePoint);

}  // namespace cw
