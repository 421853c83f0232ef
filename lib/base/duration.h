// Go durations: the text form of every duration in the Kubernetes API ("2160h", "1h30m", "-1.5s").
// Source: Go time.ParseDuration and Duration.String. Nanoseconds in 64 bits; out of range is an error.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace cw {

using Duration = std::chrono::nanoseconds;

Result<Duration> parse_duration(std::string_view text);
std::string format_duration(Duration);

}  // namespace cw
