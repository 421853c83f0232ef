#include "lib/issuance/posix_zone.h"

#include <charconv>

#include "lib/base/ascii.h"

namespace cw::issuance {
namespace {

using std::chrono::seconds;

}  // namespace

// Takes pieces from the front; after a failure ok_ stays false and nothing else matters.
class PosixZone::Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text) {}

  bool ok() const { return ok_; }
  bool at_end() const { return rest_.empty(); }

  bool take(char wanted) {
    if (!rest_.starts_with(wanted)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void expect(char wanted) { ok_ = ok_ && take(wanted); }

  // "CET" or "<+03>".
  void name() {
    std::size_t size = 0;
    if (rest_.starts_with('<')) {
      size = rest_.find('>');
      ok_ = ok_ && size != std::string_view::npos;
      size = ok_ ? size + 1 : 0;
    } else {
      while (size < rest_.size() && is_letter(rest_[size])) ++size;
      ok_ = ok_ && size >= 3;
    }
    rest_.remove_prefix(size);
  }

  int number(int limit) {
    int value = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    ok_ = ok_ && error == std::errc() && value >= 0 && value <= limit;
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return value;
  }

  // [+-]h[:m[:s]]
  seconds clock(int hour_limit) {
    const int sign = take('-') ? -1 : 1;
    if (sign == 1) take('+');
    int total = number(hour_limit) * 3600;
    if (take(':')) total += number(59) * 60;
    if (take(':')) total += number(59);
    return seconds(sign * total);
  }

  Change change() {
    Change found;
    if (take('M')) {
      found.month = number(12);
      expect('.');
      found.week = number(5);
      expect('.');
      found.day = number(6);
      ok_ = ok_ && found.month >= 1 && found.week >= 1;
    } else {
      found.kind = take('J') ? DayKind::Julian : DayKind::ZeroBased;
      found.day = number(365);
      ok_ = ok_ && (found.kind == DayKind::ZeroBased || found.day >= 1);
    }
    if (take('/')) found.at = clock(167);
    return found;
  }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

std::optional<PosixZone> PosixZone::parse(std::string_view text) {
  Parser parser(text);
  PosixZone zone;
  parser.name();
  zone.standard_ = -parser.clock(24);  // POSIX counts west of Greenwich
  if (parser.ok() && !parser.at_end()) {
    zone.has_summer_ = true;
    parser.name();
    zone.summer_ = zone.standard_ + std::chrono::hours(1);
    if (!parser.take(',')) {
      zone.summer_ = -parser.clock(24);
      parser.expect(',');
    }
    zone.begin_ = parser.change();
    parser.expect(',');
    zone.end_ = parser.change();
  }
  if (!parser.ok() || !parser.at_end()) return std::nullopt;
  return zone;
}

std::chrono::sys_days PosixZone::Change::date_in(std::chrono::year year) const {
  const std::chrono::sys_days new_year(year / std::chrono::January / 1);
  if (kind == DayKind::ZeroBased) return new_year + std::chrono::days(day);
  if (kind == DayKind::Julian) {  // 1…365, February 29 is never counted
    const bool behind_leap_day = year.is_leap() && day >= 60;
    return new_year + std::chrono::days(day - 1 + (behind_leap_day ? 1 : 0));
  }
  const auto month_of_year = year / std::chrono::month(static_cast<unsigned>(month));
  const std::chrono::weekday weekday(static_cast<unsigned>(day));
  if (week == 5) return std::chrono::sys_days(month_of_year / weekday[std::chrono::last]);
  return std::chrono::sys_days(month_of_year / weekday[static_cast<unsigned>(week)]);
}

std::chrono::seconds PosixZone::offset_at(TimePoint when) const {
  if (!has_summer_) return standard_;
  const auto day = std::chrono::floor<std::chrono::days>(when + standard_);
  const auto year = std::chrono::year_month_day(day).year();
  const TimePoint begin = TimePoint(begin_.date_in(year)) + begin_.at - standard_;
  const TimePoint end = TimePoint(end_.date_in(year)) + end_.at - summer_;
  // South of the equator summer runs over the turn of the year.
  const bool summer = begin < end ? when >= begin && when < end : when >= begin || when < end;
  return summer ? summer_ : standard_;
}

}  // namespace cw::issuance
