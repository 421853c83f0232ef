// LeaderElection: holds the Lease so that only one controller writes. lead() blocks until this process leads,
// then until it no longer does. Whoever loses the lease must stop: may_write() says so within the renew
// deadline, which is shorter than the lease, even while the API server does not answer.
// Controllers that share the namespaces hold one Lease each and, together, the one that a controller for all
// of them would hold: so those of another number of shards, those without shards and cert-manager's own wait
// until they are gone. Numbers: reference/controllers.md 9.1, 9.2.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "controller/runtime/lease_claim.h"
#include "controller/runtime/shard.h"
#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/kube/client.h"

namespace cw::controller::runtime {

struct LeaderElectionOptions {
  std::string name_space = "kube-system";  // of the leases
  std::string identity;                    // unique among the candidates
  Shard shard = {};
  std::chrono::seconds lease_duration{60};
  std::chrono::seconds renew_deadline{40};
  std::chrono::seconds retry_period{15};
};

// "<host>_<random>-external-cert-manager-controller"; the random part is new at each start.
std::string leader_identity();

class LeaderElection {
 public:
  LeaderElection(LeaderElectionOptions options, const kube::Resource& leases, const kube::KubeReader& reader,
                 kube::KubeWriter& writer, const Clock& clock);

  // Calls on_started once if and when this process leads. Returns Done when `stop` was asked and Unavailable
  // when the lease was lost.
  Status lead(const std::stop_token& stop, const std::function<void()>& on_started);

  // One attempt to take or keep the lease, both if there are two; true if this process holds it afterwards.
  Result<bool> attempt();
  // Gives back what is held, so that another need not wait. The last of the shards gives back the common one.
  void release();

  bool leading() const { return leading_.load(); }
  // Leads, and no other can do so yet.
  bool may_write() const { return leading() && since_renewal() <= options_.renew_deadline; }
  // Since the last successful renewal.
  std::chrono::milliseconds since_renewal() const;

 private:
  Result<bool> attempt_common();
  bool other_shards_rest() const;
  bool wait_to_lead(const std::stop_token&);
  Status keep_leading(const std::stop_token&);

  const LeaderElectionOptions options_;
  const LeaseClaim::Server server_;
  LeaseClaim own_;
  std::optional<LeaseClaim> common_;  // of all shards
  std::atomic<bool> leading_{false};
};

}  // namespace cw::controller::runtime
