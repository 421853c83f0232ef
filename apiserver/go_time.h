// Times of the core kinds: RFC 3339 in UTC, in whole seconds (metav1.Time) or in microseconds (MicroTime).
// Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace cw::apiserver {

enum class TimeForm : std::uint8_t { Seconds, Microseconds };

// The same moment in its one form. Invalid with Go's words if the text is no time.
Result<std::string> canonical_time(std::string_view text, TimeForm);

}  // namespace cw::apiserver
