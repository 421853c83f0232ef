// When spec.renewBefore and spec.renewBeforePercentage say what nobody means.
#include "lib/issuance/renewal.h"
#include "webhook/advice/parts.h"

namespace cw::webhook {
namespace {

constexpr int kEarlyPercent = 90;  // of the duration are left when it is renewed

// The field looks at it only beside a duration or a renewBefore (CRT-31, CRT-32).
void percentage_alone_is_one(const api::Certificate& certificate, const AdviceContext& /*context*/,
                             AdviceSink& sink) {
  const api::CertificateSpec& spec = certificate.spec;
  if (!spec.renew_before_percentage || spec.duration || spec.renew_before) return;
  const std::int32_t percentage = *spec.renew_before_percentage;
  if (percentage >= 1 && percentage <= 99) return;
  sink.add("spec.renewBeforePercentage", std::to_string(percentage),
           "is no percentage of the duration before expiry and is ignored: use 1 to 99");
}

void renewal_is_not_at_once(const api::Certificate& certificate, const AdviceContext& /*context*/,
                            AdviceSink& sink) {
  const api::CertificateSpec& spec = certificate.spec;
  if (!spec.renew_before) return;
  const Duration duration = issuance::effective_duration(spec);
  if (*spec.renew_before < duration / 100 * kEarlyPercent) return;
  sink.add("spec.renewBefore", format_duration(*spec.renew_before),
           "is at least 90% of the duration " + format_duration(duration) +
               ": it is renewed almost as soon as it is issued; use a third of the duration");
}

constexpr AdviceRule<api::Certificate> kRules[] = {
    {"advice.certificate.renewBeforePercentage.range",
     "issue B items 3, 4; reference/admission.md CRT-31, CRT-32", percentage_alone_is_one},
    {"advice.certificate.renewBefore.early", "reference/controllers.md 1.10", renewal_is_not_at_once},
};

}  // namespace

CertificateAdvice renewal_advice() { return kRules; }

}  // namespace cw::webhook
