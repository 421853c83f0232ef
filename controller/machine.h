// Machine: caches, queues, reconcilers and workers, wired together. Everything that a controller does once it
// leads. Construct, start, stop; not to be started again. Thread-safe but for start and stop.
#pragma once

#include <cstddef>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "controller/certificates/issuance_times.h"
#include "controller/options.h"
#include "controller/runtime/events.h"
#include "controller/runtime/workers.h"
#include "lib/api/certificate.h"
#include "lib/api/challenge.h"
#include "lib/api/issuer.h"
#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/kube/client.h"
#include "lib/watch/object_cache.h"

namespace cw::pki {
class KeyMaker;
}  // namespace cw::pki

namespace cw {
class MetricsPage;
}  // namespace cw

namespace cw::controller {

struct AcmeWorld;
class AcmeRequestMetrics;

class Machine {
 public:
  struct Parts {
    const kube::KubeReader& reader;
    kube::KubeWriter& writer;
    const Clock& clock;
    pki::KeyMaker& key_maker;
    runtime::EventSink& events;
    const AcmeWorld* acme = nullptr;  // null: ACME issuers are not served
  };
  // `on`: names from enabled_controllers.
  Machine(const ControllerOptions&, const std::set<std::string>& on, const Parts&);
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;
  ~Machine();

  void start();
  // Returns when no pass is under way any more.
  void stop();
  // Every cache has been filled once.
  bool synced() const;

  // Instead of start, for one thread and no waiting: list everything once, then do all passes that are due,
  // those that wait to be tried again too. `max_passes` bounds what would not end; the answer is how many
  // there were.
  Status list_once();
  std::size_t drain(std::size_t max_passes);

  // For metrics.
  const watch::ObjectCache<api::Certificate>& certificates() const;
  const watch::ObjectCache<api::Issuer>& issuers() const;
  const watch::ObjectCache<api::Issuer>* cluster_issuers() const;  // null if not served
  struct NamedCounts {
    std::string controller;
    runtime::SyncCounts counts;
  };
  std::vector<NamedCounts> counts() const;
  const certificates::IssuanceTimes& issuance_times() const;
  const watch::ObjectCache<api::Challenge>& challenges() const;
  const AcmeRequestMetrics* acme_requests() const;  // null: not counted
  void write_policy_metrics(MetricsPage&) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace cw::controller
