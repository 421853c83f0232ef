#include "lib/issuance/renewal.h"

#include <algorithm>

#include "lib/issuance/cron.h"

namespace cw::issuance {
namespace {

using std::chrono::seconds;

constexpr std::string_view kDisabled = "Disabled";
constexpr std::string_view kRenewBefore = "RenewBefore";

// Of the certificate's real lifetime: the issuer may have given less than was asked for.
Duration before_expiry(Duration lifetime, const api::CertificateSpec& spec, Unsaid unsaid) {
  if (spec.renew_before && *spec.renew_before > Duration(0) && *spec.renew_before < lifetime) {
    return *spec.renew_before;
  }
  const int percentage = spec.renew_before_percentage.value_or(0);
  if (percentage > 0 && percentage < 100) {
    return Duration(static_cast<Duration::rep>(static_cast<double>(lifetime.count()) * percentage / 100));
  }
  const bool is_short = lifetime < std::chrono::hours(10 * 24);
  return unsaid == Unsaid::ByLifetime && is_short ? lifetime / 2 : lifetime / 3;
}

Result<CronSchedule> schedule_of(const api::CertificateRenewalWindow& window) {
  if (window.timezone.empty()) return CronSchedule::parse(window.cron);
  return CronSchedule::parse("CRON_TZ=" + window.timezone + " " + window.cron);
}

// What the field's search through a schedule without fixed starts comes to: each of its starts counts from
// the moment that it looks at.
std::optional<TimePoint> time_in_interval(TimePoint t, TimePoint not_before, TimePoint not_after,
                                          seconds length, seconds every) {
  if (not_before - length - seconds(1) + every <= t) return t;
  const TimePoint start = t - seconds(1) + every;
  return start <= not_after + length ? std::optional(start) : std::nullopt;
}

// `t` if it lies in the window, else the window's next start; nullopt if that comes too late.
Result<std::optional<TimePoint>> time_in_window(TimePoint t, TimePoint not_before, TimePoint not_after,
                                                const api::CertificateRenewalWindow& window) {
  const Duration length = window.window_duration.value_or(Duration(0));
  if (length <= Duration(0)) return Error{Code::Invalid, "windowDuration must be positive"};
  const CronSchedule schedule = TRY(schedule_of(window));
  // The end counts as inside, as in the field: starts from t-length on keep t.
  const auto whole = std::chrono::floor<seconds>(length);
  if (schedule.every() > seconds(0)) {
    return time_in_interval(t, not_before, not_after, whole, schedule.every());
  }
  const auto started = schedule.next_after(t - whole - seconds(1));
  if (!started) return std::optional<TimePoint>();
  if (*started <= t) return std::optional(t);
  if (*started > not_after + whole) return std::optional<TimePoint>();
  return started;
}

RenewalTime apply_windows(TimePoint t, TimePoint not_before, TimePoint not_after,
                          const kube::List<api::CertificateRenewalWindow>& windows) {
  std::optional<TimePoint> best;
  for (std::size_t i = 0; i < windows.size(); ++i) {
    auto found = time_in_window(t, not_before, not_after, windows[i]);
    if (!found) {
      const std::string place = "spec.renewal.windows[" + std::to_string(i) + "]: ";
      return {t, Error{Code::Invalid, place + found.error().message}};
    }
    if (*found && (!best || **found < *best)) best = **found;
  }
  if (best) return {best};
  return {t, Error{Code::Invalid, "no renewal window opens between the renewal time and the expiry"}};
}

}  // namespace

RenewalTime renewal_time(TimePoint not_before, TimePoint not_after, const api::CertificateSpec& spec,
                         Unsaid unsaid) {
  const Duration before = before_expiry(not_after - not_before, spec, unsaid);
  return fit_into_windows(std::chrono::floor<seconds>(not_after - before), not_before, not_after, spec);
}

RenewalTime fit_into_windows(TimePoint t, TimePoint not_before, TimePoint not_after,
                             const api::CertificateSpec& spec) {
  if (!spec.renewal) return {t};
  if (spec.renewal->policy == kDisabled) return {};
  if (spec.renewal->policy != kRenewBefore) {
    return {t, Error{Code::Invalid, "spec.renewal.policy \"" + spec.renewal->policy + "\" is not known"}};
  }
  if (spec.renewal->windows.empty()) return {t};
  return apply_windows(t, not_before, not_after, spec.renewal->windows);
}

Duration effective_duration(const api::CertificateSpec& spec) {
  return spec.duration.value_or(kDefaultDuration);
}

}  // namespace cw::issuance
