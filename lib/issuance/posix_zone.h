// The rule in the footer of a TZif file ("CET-1CEST,M3.5.0,M10.5.0/3"), which holds after the last listed
// change. POSIX.1 TZ with the extensions of RFC 9636 §3.3.1. Private to lib/issuance. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "lib/base/clock.h"

namespace cw::issuance {

class PosixZone {
 public:
  // nullopt if malformed.
  static std::optional<PosixZone> parse(std::string_view text);
  std::chrono::seconds offset_at(TimePoint) const;

 private:
  enum class DayKind : unsigned char { Julian, ZeroBased, MonthWeekDay };
  struct Change {
    DayKind kind = DayKind::MonthWeekDay;
    int month = 0, week = 0, day = 0;  // day alone for the first two kinds
    std::chrono::seconds at{7200};     // of the day, in the offset before the change
    std::chrono::sys_days date_in(std::chrono::year) const;
  };
  class Parser;

  std::chrono::seconds standard_{0};
  std::chrono::seconds summer_{0};
  bool has_summer_ = false;
  Change begin_;
  Change end_;
};

}  // namespace cw::issuance
