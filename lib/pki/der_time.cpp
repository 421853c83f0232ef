#include "lib/pki/der_time.h"

#include <algorithm>
#include <charconv>

namespace cw::pki::der {
namespace {

constexpr int kFirstUtcYear = 1950;
constexpr int kFirstGeneralizedYear = 2050;

std::string padded(int value, std::size_t width) {
  std::string digits = std::to_string(value);
  return std::string(width > digits.size() ? width - digits.size() : 0, '0') + digits;
}

int take_digits(std::string_view& text, std::size_t count) {
  int value = 0;
  std::from_chars(text.data(), text.data() + count, value);
  text.remove_prefix(count);
  return value;
}

}  // namespace

std::string time(TimePoint when) {
  const auto day = std::chrono::floor<std::chrono::days>(when);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(when - day);
  const int year = static_cast<int>(date.year());
  const bool utc_time = year >= kFirstUtcYear && year < kFirstGeneralizedYear;
  const std::string text = (utc_time ? padded(year % 100, 2) : padded(year, 4)) +
                           padded(static_cast<int>(static_cast<unsigned>(date.month())), 2) +
                           padded(static_cast<int>(static_cast<unsigned>(date.day())), 2) +
                           padded(static_cast<int>(clock.hours().count()), 2) +
                           padded(static_cast<int>(clock.minutes().count()), 2) +
                           padded(static_cast<int>(clock.seconds().count()), 2) + "Z";
  return element(utc_time ? kUtcTime : kGeneralizedTime, text);
}

Result<TimePoint> decode_time(const Element& found) {
  const Error malformed{Code::Invalid, "malformed time in certificate"};
  const bool utc_time = found.tag == kUtcTime;
  const std::size_t size = utc_time ? 13 : 15;
  std::string_view text = found.content;
  if ((!utc_time && found.tag != kGeneralizedTime) || text.size() != size || text.back() != 'Z')
    return malformed;
  const bool digits = std::all_of(text.begin(), text.end() - 1, [](char c) { return c >= '0' && c <= '9'; });
  if (!digits) return malformed;
  int year = take_digits(text, utc_time ? 2 : 4);
  if (utc_time) year += year < 50 ? 2000 : 1900;
  const auto month = std::chrono::month(static_cast<unsigned>(take_digits(text, 2)));
  const auto day = std::chrono::day(static_cast<unsigned>(take_digits(text, 2)));
  const std::chrono::year_month_day date(std::chrono::year(year), month, day);
  const int hour = take_digits(text, 2);
  const int minute = take_digits(text, 2);
  const int second = take_digits(text, 2);
  if (!date.ok() || hour > 23 || minute > 59 || second > 59) return malformed;
  return TimePoint(std::chrono::sys_days(date)) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second);
}

}  // namespace cw::pki::der
