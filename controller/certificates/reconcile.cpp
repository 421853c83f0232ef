#include "controller/certificates/reconcile.h"

#include "controller/runtime/apply.h"

namespace cw::controller::certificates {
namespace {

constexpr std::size_t kMaxReissued = 20'000;  // Certificates that are re-issued within an hour
constexpr std::size_t kMaxSetBack = 4'096;

std::uint64_t generation_of(const api::Certificate& certificate) {
  return static_cast<std::uint64_t>(certificate.metadata.generation);
}

// What stands as long as nobody changes something, and is said in the same words each time. Not conflicts,
// nor an API server that cannot be reached.
bool is_worth_telling(const Error& error) {
  return error.code == Code::Invalid || error.code == Code::Forbidden || error.code == Code::NotFound;
}

}  // namespace

CertificateReconciler::CertificateReconciler(CertificateCache& certificates, Observer& observer,
                                             ActionExecutor::Parts parts, const Clock& clock)
    : certificates_(certificates),
      observer_(observer),
      parts_(std::move(parts)),
      clock_(clock),
      reissues_(kMaxReissued),
      setbacks_(kMaxSetBack) {}

Result<runtime::Outcome> CertificateReconciler::reconcile(const kube::ObjectKey& key) {
  const auto certificate = certificates_.find(key);
  if (!certificate || certificate->metadata.deletion_timestamp) return runtime::Outcome{};
  const TimePoint now = clock_.now();
  auto view = TRY(observer_.observe(certificate));
  add_memories(view, now);
  const bool was_set_back = !view.setback.empty();
  const auto plan = certificates::plan(std::move(view), now);
  ActionExecutor executor(parts_, *certificate, now);
  if (const auto done = runtime::apply_in_order(plan.actions, executor); !done) {
    if (is_worth_telling(done.error())) tell(certificate, done.error(), now);
    return done.error();
  }
  if (was_set_back) setbacks_.forget(key);
  if (plan.completed) keep(*certificate, *plan.completed, now);
  return runtime::Outcome{.again_at = plan.look_again};
}

void CertificateReconciler::add_memories(View& view, TimePoint now) const {
  view.reissues = recent_reissues(reissues_, *view.certificate, now);
  const auto setback =
      setbacks_.find(kube::key_of(view.certificate->metadata), generation_of(*view.certificate));
  if (setback) view.setback = *setback;
}

void CertificateReconciler::keep(const api::Certificate& certificate, const Completed& completed,
                                 TimePoint now) {
  issuance_times_.add(certificate.spec.issuer_ref, completed.took);
  if (completed.is_first) return;
  keep_reissue(reissues_, certificate,
               {.at = now, .reason = completed.reason, .is_due_at_once = completed.is_due_at_once});
}

// Tells it now if nothing was written before: otherwise the next pass does, which knows of it.
void CertificateReconciler::tell(const CertificatePointer& certificate, const Error& error, TimePoint now) {
  setbacks_.keep(kube::key_of(certificate->metadata), generation_of(*certificate),
                 std::make_shared<const std::string>("the next step fails: " + error.message));
  auto view = observer_.observe(certificate);
  if (!view) return;
  add_memories(*view, now);
  ActionExecutor executor(parts_, *certificate, now);
  // That something fails is known already, and returned.
  static_cast<void>(runtime::apply_in_order(tell_setback(*std::move(view), now).actions, executor));
}

}  // namespace cw::controller::certificates
