// Retry-After (RFC 9110 §10.2.3): seconds or a date, never more than a day. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "lib/base/clock.h"

namespace cw::acme {

inline constexpr std::chrono::seconds kLongestRetryAfter = std::chrono::hours(24);

// nullopt: none, or malformed. A date that has passed is 0.
std::optional<std::chrono::seconds> parse_retry_after(std::string_view header, TimePoint now);

// "Sun, 06 Nov 1994 08:49:37 GMT", and the two old forms (RFC 9110 §5.6.7).
std::optional<TimePoint> parse_http_date(std::string_view text, TimePoint now);

}  // namespace cw::acme
