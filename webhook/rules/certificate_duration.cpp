// spec.duration, renewBefore and renewBeforePercentage. Nothing of it is looked at while both duration and
// renewBefore are left out: the field's own gate, and stored objects rely on it.
#include <chrono>

#include "lib/issuance/renewal.h"
#include "webhook/rules/certificate_parts.h"
#include "webhook/rules/shown.h"

namespace cw::webhook {
namespace {

using kube::FieldErrors;
using kube::FieldPath;

constexpr Duration kMinDuration = std::chrono::hours(1);
constexpr Duration kMinRenewBefore = std::chrono::minutes(5);

// What the field takes for the renewBefore that a percentage stands for, in nanoseconds as floating point.
double percentage_of_duration(const CertificateSpec& spec) {
  const double duration = static_cast<double>(issuance::effective_duration(spec).count());
  return duration * (100.0 - *spec.renew_before_percentage) / 100.0;
}

FieldErrors duration_is_long_enough(const CertificateSpec& spec, const FieldPath& at) {
  const Duration duration = issuance::effective_duration(spec);
  if (duration >= kMinDuration) return {};
  return {kube::invalid(at.child("duration"), shown(duration), "must be at least 1h0m0s")};
}

bool has_both(const CertificateSpec& spec) { return spec.renew_before && spec.renew_before_percentage; }

FieldErrors renew_before_excludes_percentage(const CertificateSpec& spec, const FieldPath& at) {
  if (!has_both(spec)) return {};
  return {kube::invalid(at.child("renewBefore"), shown(*spec.renew_before),
                        "give either renewBefore or renewBeforePercentage, not both")};
}

FieldErrors percentage_excludes_renew_before(const CertificateSpec& spec, const FieldPath& at) {
  if (!has_both(spec)) return {};
  return {kube::invalid(at.child("renewBeforePercentage"), shown(std::int64_t{*spec.renew_before_percentage}),
                        "give either renewBefore or renewBeforePercentage, not both")};
}

FieldErrors renew_before_is_long_enough(const CertificateSpec& spec, const FieldPath& at) {
  if (!spec.renew_before || *spec.renew_before >= kMinRenewBefore) return {};
  return {kube::invalid(at.child("renewBefore"), shown(*spec.renew_before), "must be at least 5m0s")};
}

FieldErrors renew_before_is_within_duration(const CertificateSpec& spec, const FieldPath& at) {
  const Duration duration = issuance::effective_duration(spec);
  if (!spec.renew_before || *spec.renew_before < duration) return {};
  return {kube::invalid(at.child("renewBefore"), shown(*spec.renew_before),
                        "must be shorter than the duration: " + format_duration(*spec.renew_before) +
                            " is not less than " + format_duration(duration))};
}

FieldErrors percentage_is_long_enough(const CertificateSpec& spec, const FieldPath& at) {
  if (!spec.renew_before_percentage) return {};
  if (percentage_of_duration(spec) >= static_cast<double>(kMinRenewBefore.count())) return {};
  return {kube::invalid(at.child("renewBeforePercentage"), shown(std::int64_t{*spec.renew_before_percentage}),
                        "must be less than 100 and leave at least 5m0s of the duration")};
}

FieldErrors percentage_is_within_duration(const CertificateSpec& spec, const FieldPath& at) {
  if (!spec.renew_before_percentage) return {};
  const double duration = static_cast<double>(issuance::effective_duration(spec).count());
  if (percentage_of_duration(spec) < duration) return {};
  return {kube::invalid(at.child("renewBeforePercentage"), shown(std::int64_t{*spec.renew_before_percentage}),
                        "must be more than 0")};
}

constexpr Rule<CertificateSpec> kRules[] = {
    {"certificate.duration.minimum", "CRT-26; validation/certificate.go ValidateDuration",
     duration_is_long_enough},
    {"certificate.renewBefore.alone", "CRT-27; validation/certificate.go ValidateDuration",
     renew_before_excludes_percentage},
    {"certificate.renewBeforePercentage.alone", "CRT-28; validation/certificate.go ValidateDuration",
     percentage_excludes_renew_before},
    {"certificate.renewBefore.minimum", "CRT-29; validation/certificate.go ValidateDuration",
     renew_before_is_long_enough},
    {"certificate.renewBefore.maximum", "CRT-30; validation/certificate.go ValidateDuration",
     renew_before_is_within_duration},
    {"certificate.renewBeforePercentage.maximum", "CRT-31; validation/certificate.go ValidateDuration",
     percentage_is_long_enough},
    {"certificate.renewBeforePercentage.minimum", "CRT-32; validation/certificate.go ValidateDuration",
     percentage_is_within_duration},
};

}  // namespace

FieldErrors check_duration(const CertificateSpec& spec, const FieldPath& at, const RuleOptions& options) {
  if (!spec.duration && !spec.renew_before) return {};
  return run_rules<CertificateSpec>(kRules, spec, at, options);
}

void list_duration_rules(RuleList& into) { list_rows(into, kRules); }

}  // namespace cw::webhook
