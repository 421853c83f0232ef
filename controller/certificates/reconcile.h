// CertificateReconciler: one pass over a Certificate: observe, decide, apply. Thread-safe.
#pragma once

#include "controller/certificates/apply.h"
#include "controller/certificates/observe.h"
#include "controller/runtime/workers.h"
#include "lib/base/clock.h"
#include "lib/base/result.h"

namespace cw::controller::certificates {

class CertificateReconciler {
 public:
  CertificateReconciler(CertificateCache& certificates, Observer& observer, ActionExecutor::Parts parts,
                        const Clock& clock)
      : certificates_(certificates), observer_(observer), parts_(std::move(parts)), clock_(clock) {}

  Result<runtime::Outcome> reconcile(const kube::ObjectKey&);

 private:
  CertificateCache& certificates_;
  Observer& observer_;
  ActionExecutor::Parts parts_;
  const Clock& clock_;
};

}  // namespace cw::controller::certificates
