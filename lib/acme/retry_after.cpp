#include "lib/acme/retry_after.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include "lib/base/ascii.h"
#include "lib/base/split.h"

namespace cw::acme {
namespace {

constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// -1: not that many digits at most.
int number(std::string_view digits, std::size_t at_most) {
  if (digits.empty() || digits.size() > at_most || !std::all_of(digits.begin(), digits.end(), is_digit))
    return -1;
  int value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

struct Date {
  std::string_view day, month, year, time;
};

// RFC 9110 §5.6.7: two digits name the year that is not more than 50 years ahead.
int whole_year(std::string_view text, TimePoint now) {
  if (text.size() != 2) return text.size() == 4 ? number(text, 4) : -1;
  const int short_year = number(text, 2);
  if (short_year < 0) return -1;
  const std::chrono::year_month_day today(std::chrono::floor<std::chrono::days>(now));
  const int this_year = static_cast<int>(today.year());
  const int year = this_year / 100 * 100 + short_year;
  return year > this_year + 50 ? year - 100 : year;
}

std::optional<TimePoint> time_of(const Date& date, TimePoint now) {
  const auto* const month = std::find(kMonths.begin(), kMonths.end(), date.month);
  const auto clock = split_not_empty(date.time, ":");
  if (month == kMonths.end() || clock.size() != 3) return std::nullopt;
  const int hour = number(clock[0], 2), minute = number(clock[1], 2), second = number(clock[2], 2);
  const int year = whole_year(date.year, now), day = number(date.day, 2);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60 || year < 0 ||
      day < 1) {
    return std::nullopt;
  }
  const std::chrono::year_month_day whole{
      std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month - kMonths.begin() + 1)),
      std::chrono::day(static_cast<unsigned>(day))};
  if (!whole.ok()) return std::nullopt;
  return std::chrono::sys_days(whole) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second);
}

}  // namespace

std::optional<TimePoint> parse_http_date(std::string_view text, TimePoint now) {
  const auto parts = split_not_empty(text, " ");
  // Sun, 06 Nov 1994 08:49:37 GMT
  if (parts.size() == 6 && parts[5] == "GMT") return time_of({parts[1], parts[2], parts[3], parts[4]}, now);
  // Sunday, 06-Nov-94 08:49:37 GMT
  if (parts.size() == 4 && parts[3] == "GMT") {
    const auto date = split_not_empty(parts[1], "-");
    if (date.size() == 3) return time_of({date[0], date[1], date[2], parts[2]}, now);
  }
  // Sun Nov  6 08:49:37 1994
  if (parts.size() == 5) return time_of({parts[2], parts[1], parts[4], parts[3]}, now);
  return std::nullopt;
}

std::optional<std::chrono::seconds> parse_retry_after(std::string_view header, TimePoint now) {
  using std::chrono::seconds;
  header = trimmed(header, " \t");
  if (header.empty()) return std::nullopt;
  if (std::all_of(header.begin(), header.end(), is_digit)) {
    std::int64_t count = 0;
    const auto parsed = std::from_chars(header.data(), header.data() + header.size(), count);
    if (parsed.ec != std::errc()) return kLongestRetryAfter;  // more than 64 bits hold
    return std::min(seconds(count), kLongestRetryAfter);
  }
  const auto date = parse_http_date(header, now);
  if (!date) return std::nullopt;
  return std::clamp(seconds(*date - now), seconds(0), kLongestRetryAfter);
}

}  // namespace cw::acme
