#include "controller/certificates/reconcile.h"

#include "controller/certificates/plan.h"
#include "controller/runtime/apply.h"

namespace cw::controller::certificates {

Result<runtime::Outcome> CertificateReconciler::reconcile(const kube::ObjectKey& key) {
  const auto certificate = certificates_.find(key);
  if (!certificate || certificate->metadata.deletion_timestamp) return runtime::Outcome{};
  auto view = TRY(observer_.observe(certificate));
  const TimePoint now = clock_.now();
  const auto plan = certificates::plan(std::move(view), now);
  ActionExecutor executor(parts_, *certificate, now);
  TRY(runtime::apply_in_order(plan.actions, executor));
  return runtime::Outcome{.again_at = plan.look_again};
}

}  // namespace cw::controller::certificates
