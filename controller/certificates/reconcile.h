// CertificateReconciler: one pass over a Certificate: observe, decide, apply. Remembers beyond a pass what
// the next ones are to know and no object tells: reissues of late, and why the last pass failed. Thread-safe.
#pragma once

#include <string>

#include "controller/certificates/apply.h"
#include "controller/certificates/issuance_times.h"
#include "controller/certificates/observe.h"
#include "controller/certificates/plan.h"
#include "controller/certificates/reissues.h"
#include "controller/runtime/workers.h"
#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/watch/versioned_memory.h"

namespace cw::controller::certificates {

class CertificateReconciler {
 public:
  CertificateReconciler(CertificateCache& certificates, Observer& observer, ActionExecutor::Parts parts,
                        const Clock& clock);

  Result<runtime::Outcome> reconcile(const kube::ObjectKey&);

  // For metrics.
  const IssuanceTimes& issuance_times() const { return issuance_times_; }

 private:
  void add_memories(View&, TimePoint now) const;
  void keep(const api::Certificate&, const Completed&, TimePoint now);
  void tell(const CertificatePointer&, const Error&, TimePoint now);

  CertificateCache& certificates_;
  Observer& observer_;
  ActionExecutor::Parts parts_;
  const Clock& clock_;
  ReissueMemory reissues_;
  watch::VersionedMemory<std::string> setbacks_;  // by the Certificate's key and generation
  IssuanceTimes issuance_times_;
};

}  // namespace cw::controller::certificates
