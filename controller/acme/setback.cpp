#include "controller/acme/setback.h"

#include <algorithm>

namespace cw::controller::acme {
namespace {

using std::chrono::seconds;

constexpr seconds kShortest{1};
constexpr seconds kLongest = std::chrono::hours(24);
constexpr seconds kWorthTelling{10};

}  // namespace

Result<runtime::Outcome> set_back(const wire::Failure& failure, TimePoint now) {
  if (!failure.retry_after) return Error{Code::Unavailable, failure.message};
  return runtime::Outcome{.again_at = now + std::clamp(*failure.retry_after, kShortest, kLongest)};
}

milliseconds quiet_after(const wire::Failure& failure, const Pace& pace) {
  if (pace.quiet == milliseconds(0) || !failure.retry_after) return pace.quiet;
  return std::clamp(*failure.retry_after, kShortest, kLongest);
}

SteadyTime quiet_until(SteadyTime before, const Result<runtime::Outcome>& ended, SteadyTime now,
                       const Pace& pace) {
  if (ended || ended.error().code == Code::Conflict) return before;
  return std::max(before, now + pace.quiet);
}

bool is_long(const wire::Failure& failure) {
  return failure.retry_after && *failure.retry_after >= kWorthTelling;
}

}  // namespace cw::controller::acme
