// IssuerReconciler: keeps the Ready condition of Issuers and ClusterIssuers true. The only writer of it.
// A key without a namespace is a ClusterIssuer. Thread-safe.
#pragma once

#include "controller/issuers/acme_setup.h"
#include "controller/issuers/ca_key_pair.h"
#include "controller/issuers/issuer_directory.h"
#include "controller/issuers/readiness.h"
#include "controller/runtime/events.h"
#include "controller/runtime/workers.h"
#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/kube/client.h"

namespace cw::controller::issuers {

class IssuerReconciler {
 public:
  struct Parts {
    const IssuerDirectory& directory;
    CaKeyPairs& key_pairs;
    AcmeSetup& acme;
    kube::KubeWriter& writer;
    runtime::EventSink& events;
    const Clock& clock;
  };
  explicit IssuerReconciler(Parts parts) : parts_(parts) {}

  Result<runtime::Outcome> reconcile(const kube::ObjectKey&);

 private:
  IssuerView observe(const api::Issuer&);
  Status apply(const api::Issuer&, const IssuerDecision&);

  Parts parts_;
};

}  // namespace cw::controller::issuers
