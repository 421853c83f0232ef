// Durations and timestamps as CEL has them: a duration is nanoseconds in 64 bits, a timestamp lies in the
// years 1 to 9999. Pure; nullopt: out of range, or malformed. Source: CEL language definition, "Timestamps";
// RFC 3339; Go's duration text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "lib/cel/value.h"

namespace cw::cel {

std::optional<std::int64_t> nanoseconds(const DurationValue&);
DurationValue duration_of(std::int64_t nanoseconds);
std::optional<DurationValue> sum(const DurationValue&, const DurationValue&);
std::optional<DurationValue> difference(const DurationValue&, const DurationValue&);
std::optional<DurationValue> difference(const TimestampValue&, const TimestampValue&);
// Or earlier.
std::optional<TimestampValue> later(const TimestampValue&, const DurationValue&, bool add);

std::optional<TimestampValue> timestamp_at(std::int64_t seconds);
std::optional<TimestampValue> parse_timestamp(std::string_view text);
std::optional<DurationValue> parse_span(std::string_view text);
// "2026-01-02T03:04:05.5Z"
std::string timestamp_text(const TimestampValue&);
// In seconds: "90s", "1.5s".
std::string duration_text(const DurationValue&);
// As Go's FormatFloat(…, 'f', -1, 64) and "%g".
std::string plain_decimal(double);
std::string shortest_decimal(double);

struct CivilTime {
  std::int64_t year = 1970;
  int month = 1;  // from 1
  int day = 1;    // from 1
  int day_of_year = 0;
  int day_of_week = 0;  // from Sunday
  int hours = 0;
  int minutes = 0;
  int seconds = 0;
};
// In seconds since the epoch.
CivilTime civil_time(std::int64_t seconds);
// East of Greenwich, of "+02:00", "-8:30" or "UTC".
std::optional<std::int64_t> fixed_offset(std::string_view zone);

}  // namespace cw::cel
