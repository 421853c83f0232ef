#include "controller/certificates/readiness.h"

#include "controller/certificates/policy.h"
#include "controller/certificates/reasons.h"
#include "controller/certificates/renewal.h"
#include "controller/runtime/settled_condition.h"
#include "lib/api/names.h"
#include "lib/base/time_text.h"

namespace cw::controller::certificates {
namespace {

kube::Condition ready_condition(const View& view, const std::optional<Finding>& problem,
                                const std::string& cause) {
  kube::Condition condition{
      .type = std::string(api::kReady),
      .status = std::string(problem ? kube::kConditionFalse : kube::kConditionTrue),
      .last_transition_time = std::nullopt,
      .reason = std::string(problem ? problem->reason : api::kReady),
      .message = problem ? problem->message : "The certificate is valid and as asked for",
      .observed_generation = view.certificate->metadata.generation};
  if (!cause.empty()) condition.message += "; " + cause;
  return condition;
}

void copy_dates(View& view) {
  auto& status = view.status;
  if (view.secret && view.secret->not_after) {
    status.not_before = view.secret->not_before;
    status.not_after = view.secret->not_after;
    status.renewal_time = renewal_of(view).at;
    return;
  }
  status.not_before.reset();
  status.not_after.reset();
  status.renewal_time.reset();
}

}  // namespace

ReadinessDecision decide_readiness(const View& view, TimePoint now) {
  if (auto mismatch = first_mismatch(view)) return {.problem = std::move(mismatch)};
  CW_ASSERT(view.secret && view.secret->not_after);
  const auto expiry = *view.secret->not_after;
  if (now > expiry) {
    return {.problem = Finding{kExpired, "the certificate expired at " + format_time(expiry)}};
  }
  ReadinessDecision decision{.look_again = expiry + std::chrono::seconds(1)};
  if (const auto error = renewal_of(view).window_error) {
    decision.problem = Finding{kWindowError, error->message};
    decision.window_error = decision.problem;
  }
  return decision;
}

void mark_readiness(View& view, const ReadinessDecision& decision, const std::string& cause, TimePoint now) {
  copy_dates(view);
  // A valid certificate needs no mending: what holds up its renewal stands in the Issuing condition.
  const auto condition = ready_condition(view, decision.problem, decision.problem ? cause : std::string());
  runtime::settle_condition(view.status.conditions, condition, now);
}

}  // namespace cw::controller::certificates
