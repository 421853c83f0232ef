#include "apiserver/human_age.h"

#include <array>

#include "lib/base/time_text.h"

namespace cw::apiserver {
namespace {

using std::chrono::seconds;

struct Unit {
  char letter;
  seconds::rep length;
};

constexpr seconds::rep kMinute = 60;
constexpr seconds::rep kHour = 60 * kMinute;
constexpr seconds::rep kDay = 24 * kHour;
constexpr seconds::rep kYear = 365 * kDay;

// Up to `below`, the age is told in `big` and, if there is one, the rest of it in `small`.
struct Step {
  seconds::rep below;
  Unit big;
  Unit small;
};

constexpr Unit kNone{0, 1};
constexpr std::array<Step, 9> kSteps{{
    {2 * kMinute, {'s', 1}, kNone},
    {10 * kMinute, {'m', kMinute}, {'s', 1}},
    {3 * kHour, {'m', kMinute}, kNone},
    {8 * kHour, {'h', kHour}, {'m', kMinute}},
    {2 * kDay, {'h', kHour}, kNone},
    {8 * kDay, {'d', kDay}, {'h', kHour}},
    {2 * kYear, {'d', kDay}, kNone},
    {8 * kYear, {'y', kYear}, {'d', kDay}},
    {INT64_MAX, {'y', kYear}, kNone},
}};

}  // namespace

std::string human_duration(seconds age) {
  const seconds::rep count = age.count();
  if (count < -1) return "<invalid>";
  if (count < 0) return "0s";
  const Step* step = kSteps.data();
  while (count >= step->below) ++step;
  std::string text = std::to_string(count / step->big.length) + step->big.letter;
  if (step->small.letter != 0) {
    const seconds::rep rest = count % step->big.length / step->small.length;
    if (rest > 0) text += std::to_string(rest) + step->small.letter;
  }
  return text;
}

std::string human_age(std::string_view time, TimePoint now) {
  const Result<TimePoint> since = parse_time(time);
  return since ? human_duration(now - *since) : "<unknown>";
}

}  // namespace cw::apiserver
