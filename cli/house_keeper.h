// HouseKeeper: which one of the standalone servers of an etcd keeps house (garbage collection, namespaces,
// roles, etcd's compaction): it holds the Lease kube-system/certwright-housekeeping. leads() is thread-safe.
#pragma once

#include <atomic>
#include <optional>
#include <stop_token>
#include <thread>

#include "controller/runtime/lease_claim.h"
#include "lib/base/clock.h"
#include "lib/kube/client.h"

namespace cw::cli {

class HouseKeeper {
 public:
  HouseKeeper() = default;
  HouseKeeper(const HouseKeeper&) = delete;
  HouseKeeper& operator=(const HouseKeeper&) = delete;
  ~HouseKeeper() { stop(); }

  // Takes part from now on. All outlive stop().
  void start(const kube::KubeReader&, kube::KubeWriter&, const Clock&);
  // Gives the lease back, so that another need not wait.
  void stop();
  // Holds the lease, and no other can yet.
  bool leads() const;

 private:
  void campaign(const std::stop_token& stop);

  std::optional<controller::runtime::LeaseClaim> claim_;
  std::atomic<bool> held_{false};
  std::jthread campaigner_;
};

}  // namespace cw::cli
