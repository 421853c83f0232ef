#include "lib/issuance/cron.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <vector>

#include "lib/base/ascii.h"
#include "lib/base/duration.h"
#include "lib/base/split.h"

namespace cw::issuance {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::sys_days;

constexpr int kSearchYears = 9;

struct Bounds {
  std::string_view field;
  unsigned min;
  unsigned max;
  std::string_view names;  // three letters each, the first stands for min
};
constexpr std::array<Bounds, 5> kBounds{{
    {"minute", 0, 59, ""},
    {"hour", 0, 23, ""},
    {"day of month", 1, 31, ""},
    {"month", 1, 12, "janfebmaraprmayjunjulaugsepoctnovdec"},
    {"day of week", 0, 6, "sunmontuewedthufrisat"},
}};

struct Descriptor {
  std::string_view name;
  std::string_view fields;
};
constexpr std::array<Descriptor, 7> kDescriptors{{
    {"@yearly", "0 0 1 1 *"},
    {"@annually", "0 0 1 1 *"},
    {"@monthly", "0 0 1 * *"},
    {"@weekly", "0 0 * * 0"},
    {"@daily", "0 0 * * *"},
    {"@midnight", "0 0 * * *"},
    {"@hourly", "0 * * * *"},
}};

Error bad_field(const Bounds& bounds, std::string_view item, std::string_view why) {
  return {Code::Invalid, std::string(bounds.field) + " \"" + std::string(item) + "\": " + std::string(why) +
                             " (allowed are " + std::to_string(bounds.min) + " to " +
                             std::to_string(bounds.max) + ")"};
}

std::optional<unsigned> find_name(std::string_view text, const Bounds& bounds) {
  if (text.size() != 3) return std::nullopt;
  const std::string lower = lower_case(text);
  for (std::size_t i = 0; i < bounds.names.size(); i += 3) {
    if (bounds.names.substr(i, 3) == lower) return bounds.min + static_cast<unsigned>(i / 3);
  }
  return std::nullopt;
}

Result<unsigned> parse_number(std::string_view text, const Bounds& bounds, std::string_view item) {
  const std::string_view digits = text.starts_with('+') ? text.substr(1) : text;
  unsigned value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) {
    return bad_field(bounds, item, "not a number");
  }
  return value;
}

Result<unsigned> parse_value(std::string_view text, const Bounds& bounds, std::string_view item) {
  if (const auto named = find_name(text, bounds)) return *named;
  return parse_number(text, bounds, item);
}

struct Range {
  unsigned start = 0;
  unsigned end = 0;
  unsigned step = 1;
  bool star = false;
};

// "*", "?", "n" or "a-b".
Result<Range> parse_ends(std::string_view text, const Bounds& bounds, std::string_view item) {
  const auto ends = split(text, "-");
  if (ends[0] == "*" || ends[0] == "?") return Range{bounds.min, bounds.max, 1, true};
  if (ends.size() > 2) return bad_field(bounds, item, "too many hyphens");
  const unsigned start = TRY(parse_value(ends[0], bounds, item));
  return Range{start, ends.size() == 1 ? start : TRY(parse_value(ends[1], bounds, item))};
}

Result<Range> parse_range(std::string_view item, const Bounds& bounds) {
  const auto parts = split(item, "/");
  if (parts.size() > 2) return bad_field(bounds, item, "too many slashes");
  Range range = TRY(parse_ends(parts[0], bounds, item));
  if (parts.size() == 2) {
    range.step = TRY(parse_number(parts[1], bounds, item));
    const bool single = parts[0].find('-') == std::string_view::npos;
    if (single) range.end = bounds.max;  // "n/step" runs to the end
    range.star = range.star && range.step <= 1;
  }
  if (range.start < bounds.min) return bad_field(bounds, item, "below the minimum");
  if (range.end > bounds.max) return bad_field(bounds, item, "above the maximum");
  if (range.start > range.end) return bad_field(bounds, item, "the range ends before it begins");
  if (range.step == 0) return bad_field(bounds, item, "the step must be positive");
  return range;
}

Result<std::uint64_t> parse_field(std::string_view text, const Bounds& bounds) {
  std::uint64_t bits = 0;
  for (const std::string_view item : split_not_empty(text, ",")) {
    const Range range = TRY(parse_range(item, bounds));
    if (range.star) bits |= CronSchedule::kStar;
    for (std::uint64_t value = range.start; value <= range.end; value += range.step)
      bits |= std::uint64_t{1} << value;
  }
  return bits;
}

Result<CronSchedule::Fields> parse_fields(std::string_view text) {
  const auto parts = split_not_empty(text, " \t\r\n\v\f");
  if (parts.size() != kBounds.size()) {
    return Error{Code::Invalid,
                 "expected exactly 5 fields (minute, hour, day of month, month, day of week), found " +
                     std::to_string(parts.size())};
  }
  CronSchedule::Fields fields;
  const std::array<std::uint64_t*, 5> targets{&fields.minute, &fields.hour, &fields.day_of_month,
                                              &fields.month, &fields.day_of_week};
  for (std::size_t i = 0; i < targets.size(); ++i) *targets.at(i) = TRY(parse_field(parts[i], kBounds.at(i)));
  return fields;
}

Result<CronSchedule::Fields> parse_descriptor(std::string_view text) {
  for (const Descriptor& descriptor : kDescriptors) {
    if (descriptor.name == text) return parse_fields(descriptor.fields);
  }
  return Error{Code::Invalid, "unrecognized descriptor \"" + std::string(text) + "\""};
}

// Whole seconds, at least one.
Result<seconds> parse_every(std::string_view text) {
  return std::max(seconds(1), std::chrono::floor<seconds>(TRY(parse_duration(text))));
}

// Takes a leading "TZ=… " or "CRON_TZ=… " off.
Result<TimeZone> take_zone(std::string_view& text, const TimeZone& otherwise) {
  if (!text.starts_with("TZ=") && !text.starts_with("CRON_TZ=")) return otherwise;
  const std::size_t blank = text.find(' ');
  if (blank == std::string_view::npos) return Error{Code::Invalid, "a time zone alone is no schedule"};
  const std::size_t name = text.find('=') + 1;
  auto zone = TimeZone::find(text.substr(name, blank - name));
  if (!zone) return Error{Code::Invalid, "bad time zone: " + zone.error().message};
  text.remove_prefix(blank);
  const std::size_t start = text.find_first_not_of(" \t\r\n\v\f");
  text.remove_prefix(start == std::string_view::npos ? text.size() : start);
  const std::size_t last = text.find_last_not_of(" \t\r\n\v\f");
  text = text.substr(0, last == std::string_view::npos ? 0 : last + 1);
  return zone;
}

bool has(std::uint64_t bits, unsigned value) { return ((bits >> value) & 1U) != 0; }

bool never(const CronSchedule::Fields& fields) {
  const std::array<std::uint64_t, 5> all{fields.minute, fields.hour, fields.day_of_month, fields.month,
                                         fields.day_of_week};
  return std::any_of(all.begin(), all.end(),
                     [](std::uint64_t bits) { return (bits & ~CronSchedule::kStar) == 0; });
}

}  // namespace

Result<CronSchedule> CronSchedule::parse(std::string_view text, const TimeZone& zone) {
  if (text.empty()) return Error{Code::Invalid, "the schedule is empty"};
  TimeZone own_zone = TRY(take_zone(text, zone));
  constexpr std::string_view kEvery = "@every ";
  if (text.starts_with(kEvery)) {
    return CronSchedule({}, TRY(parse_every(text.substr(kEvery.size()))), std::move(own_zone));
  }
  const Fields fields = text.starts_with('@') ? TRY(parse_descriptor(text)) : TRY(parse_fields(text));
  return CronSchedule(fields, seconds(0), std::move(own_zone));
}

// If both day fields are restricted, either may match.
bool CronSchedule::day_matches(sys_days day) const {
  const bool in_month =
      has(fields_.day_of_month, static_cast<unsigned>(std::chrono::year_month_day(day).day()));
  const bool in_week = has(fields_.day_of_week, std::chrono::weekday(day).c_encoding());
  const bool unrestricted = ((fields_.day_of_month | fields_.day_of_week) & kStar) != 0;
  return unrestricted ? in_month && in_week : in_month || in_week;
}

// Clocks may skip midnight: then the day begins an hour later.
TimePoint CronSchedule::start_of_day(sys_days day) const {
  TimePoint start = zone_.moment_of(TimePoint(day));
  while (start + zone_.offset_at(start) < TimePoint(day)) start += hours(1);
  return start;
}

// `t` itself if it is an activation, otherwise a later moment before which there is none.
TimePoint CronSchedule::advance(TimePoint t) const {
  const TimePoint shown = t + zone_.offset_at(t);
  const sys_days day = std::chrono::floor<days>(shown);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(shown - day);
  if (!has(fields_.month, static_cast<unsigned>(date.month()))) {
    return start_of_day(sys_days((date.year() / date.month() + std::chrono::months(1)) / 1));
  }
  if (!day_matches(day)) return start_of_day(day + days(1));
  if (!has(fields_.hour, static_cast<unsigned>(clock.hours().count()))) {
    return t - clock.minutes() - clock.seconds() + hours(1);
  }
  const bool on_the_minute = clock.seconds() == seconds(0);
  if (on_the_minute && has(fields_.minute, static_cast<unsigned>(clock.minutes().count()))) return t;
  return t - clock.seconds() + minutes(1);
}

std::optional<TimePoint> CronSchedule::next_after(TimePoint t) const {
  if (every_ > seconds(0)) return t + every_;
  if (never(fields_)) return std::nullopt;
  const TimePoint limit = t + days(kSearchYears * 366);
  for (t += seconds(1); t <= limit;) {
    const TimePoint next = advance(t);
    if (next == t) return t;
    // Where clocks went back by a day, a day begins before what was looked at already.
    t = next > t ? next : t + minutes(1);
  }
  return std::nullopt;
}

}  // namespace cw::issuance
