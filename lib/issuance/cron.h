// Cron schedules of renewal windows: "minute hour day-of-month month day-of-week", the descriptors @yearly …
// @hourly, "@every <duration>", each with an optional leading "TZ=… " or "CRON_TZ=… ". Grammar and next-time
// rules of cert-manager internal/cron (robfig/cron v3, ParseStandard). Immutable; thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/issuance/time_zone.h"

namespace cw::issuance {

class CronSchedule {
 public:
  // Invalid, with what is wrong and what is allowed. `zone` counts when the text names none.
  static Result<CronSchedule> parse(std::string_view text, const TimeZone& zone = TimeZone::utc());

  // The first activation after `t`; nullopt if there is none within nine years (February 29 can be eight
  // away).
  std::optional<TimePoint> next_after(TimePoint t) const;

  // Of "@every"; 0: none, the fields count.
  std::chrono::seconds every() const { return every_; }

  // Bit n stands for the value n; kStar for a field that was "*" or "?".
  struct Fields {
    std::uint64_t minute = 0, hour = 0, day_of_month = 0, month = 0, day_of_week = 0;
  };
  static constexpr std::uint64_t kStar = std::uint64_t{1} << 63U;

 private:
  CronSchedule(const Fields& fields, std::chrono::seconds every, TimeZone zone)
      : fields_(fields), every_(every), zone_(std::move(zone)) {}
  TimePoint advance(TimePoint t) const;
  TimePoint start_of_day(std::chrono::sys_days) const;
  bool day_matches(std::chrono::sys_days) const;

  Fields fields_;
  std::chrono::seconds every_;  // "@every"; 0: the fields count
  TimeZone zone_;
};

}  // namespace cw::issuance
