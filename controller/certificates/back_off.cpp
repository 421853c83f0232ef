#include "controller/certificates/back_off.h"

#include <algorithm>

namespace cw::controller::certificates {

std::chrono::seconds back_off_delay(const Settings& settings, std::int64_t attempts) {
  constexpr std::int64_t kMaxDoublings = 40;
  if (settings.first_back_off.count() <= 0) return std::chrono::seconds(0);
  const auto last = std::max(settings.last_back_off, settings.first_back_off);
  const auto doublings = std::clamp<std::int64_t>(attempts - 1, 0, kMaxDoublings);
  const auto factor = std::int64_t{1} << doublings;
  if (settings.first_back_off.count() > last.count() / factor) return last;
  return settings.first_back_off * factor;
}

std::optional<TimePoint> backing_off_until(const View& view, TimePoint now) {
  if (!view.status.last_failure_time) return std::nullopt;
  const auto next = next_request(view);
  if (next.request != nullptr) {
    // The spec is another one than what failed: no reason to wait.
    const auto& violations = next.request->violations;
    if (!violations || !violations->empty()) return std::nullopt;
  }
  const auto until = *view.status.last_failure_time +
                     back_off_delay(view.settings, view.status.failed_issuance_attempts.value_or(0));
  if (until <= now) return std::nullopt;
  return until;
}

}  // namespace cw::controller::certificates
