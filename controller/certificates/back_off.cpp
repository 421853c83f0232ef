#include "controller/certificates/back_off.h"

#include <algorithm>

#include "lib/api/names.h"

namespace cw::controller::certificates {
namespace {

// Another generation than that which failed; the field looks at the request alone, which says nothing of the
// private key or of keystores.
bool spec_has_changed(const View& view) {
  const auto* issuing = kube::find_condition(view.status.conditions, api::kIssuing);
  return issuing != nullptr && issuing->observed_generation != 0 &&
         issuing->observed_generation != view.certificate->metadata.generation;
}

// The field looks at the request alone.
bool request_is_outdated(const View& view) {
  const auto next = next_request(view);
  if (next.request == nullptr) return false;
  const auto& violations = next.request->violations;
  return !violations || !violations->empty();
}

bool is_since_failure(const View& view, std::optional<TimePoint> when, TimePoint now) {
  return when && *when > *view.status.last_failure_time && *when <= now;
}

// Ours and the clock of the replica that led before may differ by this.
constexpr std::chrono::minutes kMaxSkew{1};

}  // namespace

std::chrono::seconds back_off_delay(const Settings& settings, std::int64_t attempts) {
  constexpr std::int64_t kMaxDoublings = 40;
  if (settings.first_back_off.count() <= 0) return std::chrono::seconds(0);
  const auto last = std::max(settings.last_back_off, settings.first_back_off);
  const auto doublings = std::clamp<std::int64_t>(attempts - 1, 0, kMaxDoublings);
  const auto factor = std::int64_t{1} << doublings;
  if (settings.first_back_off.count() > last.count() / factor) return last;
  return settings.first_back_off * factor;
}

bool changed_since_failure(const View& view, TimePoint now) {
  if (!view.status.last_failure_time) return false;
  const auto authority_since = view.authority ? std::optional(view.authority->since) : std::nullopt;
  return spec_has_changed(view) || request_is_outdated(view) ||
         is_since_failure(view, authority_since, now) ||
         is_since_failure(view, view.issuer_ready_since, now) ||
         is_since_failure(view, view.released_since, now);
}

std::optional<TimePoint> backing_off_until(const View& view, TimePoint now) {
  if (!view.status.last_failure_time || changed_since_failure(view, now)) return std::nullopt;
  // The clock was set back since: it does not tell when this was.
  if (*view.status.last_failure_time > now + kMaxSkew) return std::nullopt;
  const auto until = *view.status.last_failure_time +
                     back_off_delay(view.settings, view.status.failed_issuance_attempts.value_or(0));
  if (until <= now) return std::nullopt;
  return until;
}

}  // namespace cw::controller::certificates
