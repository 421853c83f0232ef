// Pace: when to look again at what an ACME server or a name server is about to finish: soon, then later and
// later. Passes that other news brings in between do not count as looks. Data and pure functions.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

#include "lib/base/back_off.h"

namespace cw::controller::acme {

using std::chrono::milliseconds;
using SteadyTime = std::chrono::steady_clock::time_point;

struct Pace {
  milliseconds first{200};  // 0: every pass looks (tests)
  milliseconds last{5000};
  // After an error passes that come of our own writes try nothing; less than the queue's first delay.
  milliseconds quiet{1000};
};

// What a process remembers of its looks at one object.
struct Looks {
  unsigned count = 0;  // in a row that brought nothing
  SteadyTime next = SteadyTime::min();

  bool due(SteadyTime now) const { return now > next; }
  milliseconds left(SteadyTime now) const {
    return std::max(std::chrono::ceil<milliseconds>(next - now), milliseconds(1));
  }
};

// One more look that brought nothing. The steps grow up to the server's Retry-After, if it gave one.
inline Looks look_later(const Looks& looks, const Pace& pace, std::optional<std::chrono::seconds> retry_after,
                        SteadyTime now) {
  const auto last = retry_after ? std::clamp<milliseconds>(*retry_after, pace.first, std::chrono::hours(1))
                                : std::max(pace.last, pace.first);
  const auto delay = delay_after({.first = pace.first, .last = last}, looks.count);
  return {.count = looks.count + 1, .next = now + delay};
}

}  // namespace cw::controller::acme
