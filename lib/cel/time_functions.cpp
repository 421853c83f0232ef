// getFullYear() and the like, of a timestamp in a time zone, or of a duration as a whole.
#include "lib/cel/functions.h"
#include "lib/cel/moment.h"

namespace cw::cel {
namespace {

constexpr std::int64_t kMillisecond = 1'000'000;
constexpr std::uint64_t kNamedZone = 20'000;  // work: it may be a file

bool of_duration(Evaluation& run, const Node& node, const DurationValue& duration, Value& room) {
  std::int64_t number = 0;
  switch (node.op) {
    case Op::GetHours:
      number = duration.seconds / 3600;
      break;
    case Op::GetMinutes:
      number = duration.seconds / 60;
      break;
    case Op::GetSeconds:
      number = duration.seconds;
      break;
    case Op::GetMilliseconds:
      number = nanoseconds(duration).value_or(0) / kMillisecond;
      break;
    default:
      return no_overload(run, node);
  }
  room.emplace<std::int64_t>(number);
  return true;
}

std::int64_t part(Op op, const CivilTime& time, std::int32_t nanos) {
  switch (op) {
    case Op::GetFullYear:
      return time.year;
    case Op::GetMonth:
      return time.month - 1;
    case Op::GetDayOfYear:
      return time.day_of_year;
    case Op::GetDayOfMonth:
      return time.day - 1;
    case Op::GetDate:
      return time.day;
    case Op::GetDayOfWeek:
      return time.day_of_week;
    case Op::GetHours:
      return time.hours;
    case Op::GetMinutes:
      return time.minutes;
    case Op::GetSeconds:
      return time.seconds;
    default:
      return nanos / kMillisecond;
  }
}

bool offset_of(Evaluation& run, const Node& node, const Text& zone, std::int64_t at, std::int64_t& offset) {
  if (const auto fixed = fixed_offset(view(zone))) {
    offset = *fixed;
    return true;
  }
  const TimeZones& zones = run.environment().time_zones;
  if (!zones || view(zone).find(':') != std::string_view::npos)
    return run.fail(node, "unknown time zone ", std::string(view(zone)));
  if (!run.work(kNamedZone)) return false;
  const auto found = zones(view(zone), at);
  if (!found) return run.fail(node, "unknown time zone ", std::string(view(zone)));
  offset = *found;
  return true;
}

}  // namespace

bool apply_time(Evaluation& run, const Node& node, Arguments arguments, Value& room) {
  if (!run.work(30)) return false;
  const auto* duration = arguments[0]->as<DurationValue>();
  if (duration != nullptr && arguments.size() == 1) return of_duration(run, node, *duration, room);
  const auto* time = arguments[0]->as<TimestampValue>();
  const Text* zone = arguments.size() > 1 ? arguments[1]->as<Text>() : nullptr;
  if (time == nullptr || (arguments.size() > 1 && zone == nullptr)) return no_overload(run, node);
  std::int64_t offset = 0;
  if (zone != nullptr && !offset_of(run, node, *zone, time->seconds, offset)) return false;
  room.emplace<std::int64_t>(part(node.op, civil_time(time->seconds + offset), time->nanos));
  return true;
}

}  // namespace cw::cel
