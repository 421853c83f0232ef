// TimeZone: UTC offsets from the system's tz database (TZif, RFC 9636), since g++ 12 has no
// std::chrono::tzdb. Immutable, cheap to copy; thread-safe.
#pragma once

#include <chrono>
#include <memory>
#include <string_view>

#include "lib/base/clock.h"
#include "lib/base/result.h"

namespace cw::issuance {

class TimeZone {
 public:
  static TimeZone utc();
  // By IANA name; "" and "UTC" are UTC, "Local" the machine's zone, as in Go's time.LoadLocation. Invalid: a
  // name with "..", or with a leading slash or backslash; a broken file. NotFound: none of that name in the
  // database. Reads a file.
  static Result<TimeZone> find(std::string_view name);
  // The content of a TZif file. Invalid if malformed.
  static Result<TimeZone> parse(std::string_view tzif);

  // East of Greenwich, at that moment.
  std::chrono::seconds offset_at(TimePoint) const;
  // The moment at which clocks show this (a time since 1970 as if it were UTC). Of two, or of none, one that
  // is right just before or after the change.
  TimePoint moment_of(TimePoint shown) const { return shown - offset_at(shown - offset_at(shown)); }

  struct Data;

 private:
  explicit TimeZone(std::shared_ptr<const Data> data) : data_(std::move(data)) {}
  std::shared_ptr<const Data> data_;
};

}  // namespace cw::issuance
