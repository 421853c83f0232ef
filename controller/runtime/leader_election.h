// LeaderElection: holds the Lease so that only one controller writes. lead() blocks until this process leads,
// then until it no longer does. Whoever loses the lease must stop: it reports that within the renew deadline,
// which is shorter than the lease. Numbers: reference/controllers.md 9.1, 9.2.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "controller/runtime/lease.h"
#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/kube/client.h"

namespace cw::controller::runtime {

struct LeaderElectionOptions {
  kube::ObjectKey lease{"kube-system", "cert-manager-controller"};
  std::string identity;  // unique among the candidates
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

  // Calls on_started once if and when this process leads. Returns Done when `stop` was asked (the lease is
  // given back) and Unavailable when the lease was lost.
  Status lead(const std::stop_token& stop, const std::function<void()>& on_started);

  // One attempt to take or keep the lease; true if this process holds it afterwards.
  Result<bool> attempt();
  // Gives it back, so that another need not wait.
  void release();

  bool leading() const { return leading_.load(); }
  // Since the last successful renewal.
  std::chrono::milliseconds since_renewal() const;

 private:
  LeaseView observe(std::optional<LeaseRecord> record, std::string resource_version);
  Result<bool> write(LeaseStep, const LeaseView&);
  bool wait_to_lead(const std::stop_token&);
  Status keep_leading(const std::stop_token&);

  LeaderElectionOptions options_;
  const kube::Resource& leases_;
  const kube::KubeReader& reader_;
  kube::KubeWriter& writer_;
  const Clock& clock_;
  std::optional<LeaseRecord> seen_;
  std::string seen_version_;
  std::chrono::steady_clock::time_point seen_at_;
  std::atomic<std::chrono::steady_clock::time_point> renewed_at_{};
  std::atomic<bool> leading_{false};
};

}  // namespace cw::controller::runtime
