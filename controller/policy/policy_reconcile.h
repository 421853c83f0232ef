// PolicyReconciler: the Ready condition of a CertificateRequestPolicy, and the events about it. Ready is what
// compiles and names no plugin. The only writer of its status. Thread-safe.
// Source: reference/policy.md 1.6, 1.9 (T5).
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "controller/runtime/events.h"
#include "controller/runtime/workers.h"
#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/kube/client.h"
#include "lib/policy/compiled_policy.h"

namespace cw::controller::approval {

struct ReadinessChange {
  api::CertificateRequestPolicyStatus status;
  std::optional<runtime::Event> event = {};  // readiness, or the reason for it, is another
};
// nullopt: the status says it already. Pure.
std::optional<ReadinessChange> judge_readiness(const policy::CompiledPolicy&, TimePoint now);

class PolicyReconciler {
 public:
  struct Parts {
    // Null: there is no such policy.
    std::function<policy::PolicyPointer(const std::string& name)> find;
    kube::KubeWriter& writer;
    runtime::EventSink& events;
    const Clock& clock;
    // What the API server answered to a write: so that the next pass does not act on what is old.
    std::function<void(const kube::Json&)> stored;
  };
  explicit PolicyReconciler(Parts parts) : parts_(std::move(parts)) {}

  Result<runtime::Outcome> reconcile(const kube::ObjectKey&);

 private:
  Parts parts_;
};

}  // namespace cw::controller::approval
