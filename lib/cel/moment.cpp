#include "lib/cel/moment.h"

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "lib/base/ascii.h"
#include "lib/base/duration.h"
#include "lib/cel/literal.h"

namespace cw::cel {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t kFirst = -62'135'596'800;  // the year 1
constexpr std::int64_t kLast = 253'402'300'799;   // the end of the year 9999

std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  int value = 0;
  if (text.size() < digits) return std::nullopt;
  for (std::size_t i = 0; i < digits; ++i) {
    if (!is_digit(text[i])) return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

// Digits beyond nanoseconds are dropped.
std::optional<std::int32_t> take_fraction(std::string_view& text) {
  if (!text.starts_with('.')) return 0;
  text.remove_prefix(1);
  std::int32_t nanos = 0;
  std::size_t digits = 0;
  for (; digits < text.size() && is_digit(text[digits]); ++digits) {
    if (digits < 9) nanos = nanos * 10 + (text[digits] - '0');
  }
  if (digits == 0) return std::nullopt;
  for (std::size_t i = digits; i < 9; ++i) nanos *= 10;
  text.remove_prefix(digits);
  return nanos;
}

std::optional<std::int64_t> take_offset(std::string_view& text) {
  if (take(text, 'Z')) return 0;
  const std::int64_t sign = text.starts_with('-') ? -1 : 1;
  if (!take(text, '+') && !take(text, '-')) return std::nullopt;
  const auto hours = take_number(text, 2);
  if (!hours || !take(text, ':')) return std::nullopt;
  const auto minutes = take_number(text, 2);
  if (!minutes || *hours > 23 || *minutes >= 60) return std::nullopt;
  return sign * (*hours * 3600 + *minutes * 60);
}

std::string with_fraction(std::string text, std::int32_t nanos) {
  if (nanos == 0) return text;
  std::array<char, 16> digits{};
  (void)std::snprintf(digits.data(), digits.size(), ".%09d", nanos);
  text += digits.data();
  text.erase(text.find_last_not_of('0') + 1);
  return text;
}

}  // namespace

std::optional<std::int64_t> nanoseconds(const DurationValue& duration) {
  std::int64_t result = 0;
  if (__builtin_mul_overflow(duration.seconds, kSecond, &result) ||
      __builtin_add_overflow(result, duration.nanos, &result)) {
    // The smallest one: its seconds alone do not fit.
    const __int128 wide = static_cast<__int128>(duration.seconds) * kSecond + duration.nanos;
    if (wide < INT64_MIN || wide > INT64_MAX) return std::nullopt;
    return static_cast<std::int64_t>(wide);
  }
  return result;
}

DurationValue duration_of(std::int64_t nanoseconds) {
  return {nanoseconds / kSecond, static_cast<std::int32_t>(nanoseconds % kSecond)};
}

std::optional<DurationValue> sum(const DurationValue& left, const DurationValue& right) {
  const auto a = nanoseconds(left);
  const auto b = nanoseconds(right);
  std::int64_t result = 0;
  if (!a || !b || __builtin_add_overflow(*a, *b, &result)) return std::nullopt;
  return duration_of(result);
}

std::optional<DurationValue> difference(const DurationValue& left, const DurationValue& right) {
  const auto a = nanoseconds(left);
  const auto b = nanoseconds(right);
  std::int64_t result = 0;
  if (!a || !b || __builtin_sub_overflow(*a, *b, &result)) return std::nullopt;
  return duration_of(result);
}

std::optional<DurationValue> difference(const TimestampValue& left, const TimestampValue& right) {
  const auto result = nanoseconds({left.seconds - right.seconds, left.nanos - right.nanos});
  if (!result) return std::nullopt;
  return duration_of(*result);
}

std::optional<TimestampValue> later(const TimestampValue& time, const DurationValue& duration, bool add) {
  // The smallest duration has no opposite.
  if (!add && nanoseconds(duration) == INT64_MIN) return std::nullopt;
  const std::int64_t sign = add ? 1 : -1;
  std::int64_t seconds = time.seconds + sign * duration.seconds;
  std::int64_t nanos = time.nanos + sign * duration.nanos;
  if (nanos < 0) {
    nanos += kSecond;
    --seconds;
  } else if (nanos >= kSecond) {
    nanos -= kSecond;
    ++seconds;
  }
  if (seconds < kFirst || seconds > kLast) return std::nullopt;
  return TimestampValue{seconds, static_cast<std::int32_t>(nanos), time.offset};
}

std::optional<TimestampValue> timestamp_at(std::int64_t seconds) {
  if (seconds < kFirst || seconds > kLast) return std::nullopt;
  return TimestampValue{seconds};
}

std::optional<TimestampValue> parse_timestamp(std::string_view text) {
  const auto year = take_number(text, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  const auto month = take_number(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto day = take_number(text, 2);
  if (!day || !take(text, 'T')) return std::nullopt;
  const auto hours = take_number(text, 2);
  if (!hours || !take(text, ':')) return std::nullopt;
  const auto minutes = take_number(text, 2);
  if (!minutes || !take(text, ':')) return std::nullopt;
  const auto seconds = take_number(text, 2);
  if (!seconds || *hours > 23 || *minutes > 59 || *seconds > 59) return std::nullopt;
  const auto nanos = take_fraction(text);
  const auto offset = nanos ? take_offset(text) : std::nullopt;
  if (!offset || !text.empty()) return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  if (!date.ok()) return std::nullopt;
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  auto time = timestamp_at(days * kDay + *hours * 3600 + *minutes * 60 + *seconds - *offset);
  if (!time) return std::nullopt;
  time->nanos = *nanos;
  time->offset = static_cast<std::int32_t>(*offset);
  return time;
}

std::optional<DurationValue> parse_span(std::string_view text) {
  const auto parsed = parse_duration(text);
  if (!parsed) return std::nullopt;
  return duration_of(parsed->count());
}

CivilTime civil_time(std::int64_t seconds) {
  std::int64_t days = seconds / kDay;
  std::int64_t rest = seconds % kDay;
  if (rest < 0) {
    rest += kDay;
    --days;
  }
  const std::chrono::sys_days day{std::chrono::days(days)};
  const std::chrono::year_month_day date(day);
  CivilTime time;
  time.year = static_cast<int>(date.year());
  time.month = static_cast<int>(static_cast<unsigned>(date.month()));
  time.day = static_cast<int>(static_cast<unsigned>(date.day()));
  const std::chrono::sys_days new_year = date.year() / std::chrono::January / 1;
  time.day_of_year = static_cast<int>((day - new_year).count());
  time.day_of_week = static_cast<int>(std::chrono::weekday(day).c_encoding());
  time.hours = static_cast<int>(rest / 3600);
  time.minutes = static_cast<int>(rest / 60 % 60);
  time.seconds = static_cast<int>(rest % 60);
  return time;
}

std::optional<std::int64_t> fixed_offset(std::string_view zone) {
  if (zone == "UTC" || zone.empty()) return 0;
  const std::size_t colon = zone.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto hours = go_int(zone.substr(0, colon));
  const auto minutes = go_int(zone.substr(colon + 1));
  if (!hours || !minutes || *hours < -23 || *hours > 23 || *minutes < 0 || *minutes > 59) return std::nullopt;
  const std::int64_t offset = zone.front() == '-' ? *hours * 60 - *minutes : *hours * 60 + *minutes;
  return offset * 60;
}

std::string timestamp_text(const TimestampValue& time) {
  const CivilTime civil = civil_time(time.seconds + time.offset);
  std::array<char, 64> text{};
  (void)std::snprintf(text.data(), text.size(), "%04d-%02d-%02dT%02d:%02d:%02d", static_cast<int>(civil.year),
                      civil.month, civil.day, civil.hours, civil.minutes, civil.seconds);
  const std::string clock = with_fraction(text.data(), time.nanos);
  if (time.offset == 0) return clock + "Z";
  const int minutes = std::abs(time.offset) / 60;
  (void)std::snprintf(text.data(), text.size(), "%c%02d:%02d", time.offset < 0 ? '-' : '+', minutes / 60,
                      minutes % 60);
  return clock + text.data();
}

std::string duration_text(const DurationValue& duration) {
  return plain_decimal(static_cast<double>(duration.seconds) + static_cast<double>(duration.nanos) / 1e9) +
         "s";
}

std::string plain_decimal(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number < 0 ? "-Infinity" : "Infinity";
  // The shortest digits that read back, and zeros: to_chars in fixed notation would write all that a double
  // has.
  const std::string_view sign = std::signbit(number) ? "-" : "";
  std::array<char, 64> buffer{};
  const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), std::fabs(number),
                                     std::chars_format::scientific);
  const std::string_view text(buffer.data(), static_cast<std::size_t>(written.ptr - buffer.data()));
  const std::size_t e = text.find('e');
  std::string digits(text.substr(0, e));
  std::erase(digits, '.');
  const auto exponent = go_int(text.substr(e + 1)).value_or(0);
  if (exponent < 0) {
    digits.insert(0, static_cast<std::size_t>(-exponent), '0');
    digits.insert(1, ".");
  } else if (const auto whole = static_cast<std::size_t>(exponent) + 1; whole < digits.size()) {
    digits.insert(whole, ".");
  } else {
    digits.append(whole - digits.size(), '0');
  }
  return std::string(sign) + digits;
}

// %g with the shortest digits that read back: an exponent from 1e6 and below 1e-4.
std::string shortest_decimal(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number < 0 ? "-Inf" : "+Inf";
  const double size = std::fabs(number);
  if (size == 0 || (size >= 1e-4 && size < 1e6)) return plain_decimal(number);
  std::array<char, 64> text{};
  const auto [end, problem] =
      std::to_chars(text.data(), text.data() + text.size(), number, std::chars_format::scientific);
  return problem == std::errc() ? std::string(text.data(), end) : "";
}

}  // namespace cw::cel
