// LeaseClaim: one Lease as one candidate sees it: takes, keeps and gives it back. Several processes may hold
// one together, if they claim it under the same identity. Used by one thread, but for since_renewal().
#pragma once

#include <atomic>
#include <chrono>
#include <optional>
#include <string>

#include "controller/runtime/lease.h"
#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/kube/client.h"

namespace cw::controller::runtime {

class LeaseClaim {
 public:
  struct Terms {
    kube::ObjectKey lease;
    std::string identity;
    std::string renewer = {};  // unique, if several claim it together: who of them wrote last
    std::chrono::seconds duration{60};
  };
  struct Server {
    const kube::Resource& leases;
    const kube::KubeReader& reader;
    kube::KubeWriter& writer;
  };
  // What is referred to outlives it.
  LeaseClaim(Terms terms, const Server& server, const Clock& clock)
      : terms_(std::move(terms)), server_(server), clock_(clock) {}

  // One attempt to take or keep it; true if it is held afterwards. Conflict: somebody was faster.
  Result<bool> attempt();
  // Gives it back, so that another need not wait; not if anyone has written it since our last attempt.
  void release();

  const kube::ObjectKey& lease() const { return terms_.lease; }
  const std::string& identity() const { return terms_.identity; }
  // Since the last successful attempt began: no other process counts from before that.
  std::chrono::milliseconds since_renewal() const;

 private:
  LeaseView observe(std::optional<LeaseRecord> record, std::string resource_version);
  Status write(LeaseStep, const LeaseView&);
  kube::Json lease_object(const LeaseRecord&) const;  // with the version that was seen

  const Terms terms_;
  const Server server_;
  const Clock& clock_;
  std::optional<LeaseRecord> seen_;
  std::string seen_version_;
  std::chrono::steady_clock::time_point seen_at_;
  std::atomic<std::chrono::steady_clock::time_point> renewed_at_{};
};

}  // namespace cw::controller::runtime
