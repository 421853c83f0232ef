// spec.renewal: the policy and the windows in which a certificate may be renewed.
#include "lib/issuance/cron.h"
#include "lib/issuance/time_zone.h"
#include "webhook/rules/certificate_parts.h"
#include "webhook/rules/shown.h"

namespace cw::webhook {
namespace {

using api::CertificateRenewal;
using api::CertificateRenewalWindow;
using kube::FieldErrors;
using kube::FieldPath;

constexpr std::string_view kDisabled = "Disabled";
constexpr std::string_view kRenewBefore = "RenewBefore";
// A leap year follows within the five years that a schedule is searched: 29 February counts as a date that
// comes.
constexpr TimePoint kBeforeLeapYear{std::chrono::sys_days(std::chrono::year(2027) / 1 / 1)};

bool disabled_with_windows(const CertificateRenewal& renewal) {
  return renewal.policy == kDisabled && !renewal.windows.empty();
}

FieldErrors disabled_has_no_windows(const CertificateRenewal& renewal, const FieldPath& at) {
  if (!disabled_with_windows(renewal)) return {};
  return {kube::forbidden(at.child("windows"), "leave windows out when the policy is Disabled")};
}

FieldErrors policy_is_known(const CertificateRenewal& renewal, const FieldPath& at) {
  if (renewal.policy == kRenewBefore || renewal.policy == kDisabled) return {};
  return {kube::not_supported(at.child("policy"), shown_enum(renewal.policy),
                              {std::string(kDisabled), std::string(kRenewBefore)})};
}

constexpr Rule<CertificateRenewal> kRenewal[] = {
    {"certificate.renewal.windows.disabled", "CRT-52; validation/certificate.go", disabled_has_no_windows},
    {"certificate.renewal.policy", "CRT-53; validation/certificate.go", policy_is_known},
};

constexpr RequiredField<CertificateRenewalWindow> kWindowRequired[] = {
    {"certificate.renewal.window.duration.required", "CRT-54; validation/certificate.go", "windowDuration",
     [](const CertificateRenewalWindow& window) { return !window.window_duration; }},
};

FieldErrors timezone_is_known(const CertificateRenewalWindow& window, const FieldPath& at) {
  if (window.timezone.empty() || issuance::TimeZone::find(window.timezone)) return {};
  return {kube::invalid(at.child("timezone"), kube::quoted(window.timezone),
                        "must be the name of a time zone, such as Europe/Paris")};
}

Result<issuance::CronSchedule> schedule_of(const CertificateRenewalWindow& window) {
  if (window.timezone.empty()) return issuance::CronSchedule::parse(window.cron);
  return issuance::CronSchedule::parse("CRON_TZ=" + window.timezone + " " + window.cron);
}

FieldErrors cron_parses(const CertificateRenewalWindow& window, const FieldPath& at) {
  const auto schedule = schedule_of(window);
  if (schedule) return {};
  return {kube::invalid(at.child("cron"), kube::quoted(window.cron), schedule.error().message)};
}

constexpr Rule<CertificateRenewalWindow> kWindow[] = {
    {"certificate.renewal.window.timezone", "CRT-55; validation/certificate.go", timezone_is_known},
    {"certificate.renewal.window.cron", "CRT-56; robfig/cron ParseStandard", cron_parses},
};

FieldErrors window_has_length(const CertificateRenewalWindow& window, const FieldPath& at) {
  if (!window.window_duration || *window.window_duration > Duration::zero()) return {};
  return {kube::invalid(at.child("windowDuration"), shown(*window.window_duration),
                        "a window of no length can never be used")};
}

FieldErrors window_occurs(const CertificateRenewalWindow& window, const FieldPath& at) {
  const auto schedule = schedule_of(window);
  if (!schedule || schedule->next_after(kBeforeLeapYear)) return {};
  return {kube::invalid(at.child("cron"), kube::quoted(window.cron), "no day ever matches this schedule")};
}

constexpr Rule<CertificateRenewalWindow> kStricterWindow[] = {
    {"certificate.renewal.window.duration.positive", "stricter: docs/differences.md", window_has_length},
    {"certificate.renewal.window.cron.occurs", "stricter: docs/differences.md", window_occurs},
};

FieldErrors check_windows(std::span<const Rule<CertificateRenewalWindow>> table,
                          const CertificateRenewal& renewal, const FieldPath& at,
                          const RuleOptions& options) {
  FieldErrors all;
  if (disabled_with_windows(renewal)) return all;
  for (std::size_t i = 0; i < renewal.windows.size(); ++i) {
    append(all, run_rules<CertificateRenewalWindow>(table, renewal.windows[i], at.child("windows").index(i),
                                                    options));
  }
  return all;
}

}  // namespace

FieldErrors check_renewal(const CertificateSpec& spec, const FieldPath& at, const RuleOptions& options) {
  if (!spec.renewal) return {};
  const FieldPath renewal = at.child("renewal");
  FieldErrors all = run_rules<CertificateRenewal>(kRenewal, *spec.renewal, renewal, options);
  if (!disabled_with_windows(*spec.renewal)) {
    for (std::size_t i = 0; i < spec.renewal->windows.size(); ++i) {
      append(all, run_required<CertificateRenewalWindow>(kWindowRequired, spec.renewal->windows[i],
                                                         renewal.child("windows").index(i)));
    }
  }
  append(all, check_windows(kWindow, *spec.renewal, renewal, options));
  return all;
}

FieldErrors check_renewal_stricter(const CertificateSpec& spec, const FieldPath& at,
                                   const RuleOptions& options) {
  if (!spec.renewal) return {};
  return check_windows(kStricterWindow, *spec.renewal, at.child("renewal"), options);
}

void list_renewal_rules(RuleList& into) {
  list_rows(into, kRenewal);
  list_rows(into, kWindowRequired);
  list_rows(into, kWindow);
  list_rows(into, kStricterWindow);
}

}  // namespace cw::webhook
