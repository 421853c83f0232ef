// ChallengeReconciler: puts up the answer of each Challenge, waits until the CA will see it, has the CA look,
// and takes the answer down. Writes Challenges' status and finalizers. Thread-safe.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "controller/acme/challenge_pass.h"
#include "controller/acme/order_view.h"
#include "lib/base/clock.h"

namespace cw::controller::acme {

class ChallengeReconciler {
 public:
  struct Parts {
    ChallengeCache& challenges;
    const issuers::IssuerDirectory& directory;
    const issuers::AcmeClients& clients;
    std::map<std::string, ChallengeSolver*> solvers;  // by spec.type: "HTTP-01", "DNS-01"
    kube::KubeWriter& writer;
    runtime::EventSink& events;
    const Clock& clock;
    std::size_t max_concurrent = 60;
    ChallengeOptions options = {};
    Pace pace = {};
    // Of a Challenge that had to wait for others and may go on: its next pass.
    std::function<void(const kube::ObjectKey&)> enqueue = {};
  };
  // Adds its indexes to the cache: construct before it is filled.
  explicit ChallengeReconciler(Parts);

  // Also of a key that is no longer there: its slot is given to another one.
  Result<runtime::Outcome> reconcile(const kube::ObjectKey&);

  // Challenges that are not finished and may go on now that this issuer, or its client, has changed.
  std::vector<kube::ObjectKey> waiting_for_issuer(const kube::ObjectKey& issuer) const;

 private:
  void remember_slots();

  Parts parts_;
  ChallengeCache::Index by_issuer_ = 0;
  Slots slots_;
  std::once_flag remembered_;
  Memory<ChallengeMemory> memory_;
};

}  // namespace cw::controller::acme
