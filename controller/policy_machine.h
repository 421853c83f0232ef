// PolicyMachine: the part of the Machine that decides who gets a certificate: the approver with the World
// that it asks, the Ready condition of policies, the release of Certificates that were denied, the scan of
// those in use. With policy off nothing of it is there but the guards of issuers. Thread-safe but for start
// and stop.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "controller/caches.h"
#include "controller/certificates/approval_news.h"
#include "controller/issuers/issuer_directory.h"
#include "controller/options.h"
#include "controller/requests/approver.h"
#include "controller/runtime/events.h"
#include "controller/runtime/workers.h"
#include "lib/base/clock.h"
#include "lib/base/metrics_page.h"
#include "lib/kube/client.h"

namespace cw::controller {

class PolicyMachine {
 public:
  struct Parts {
    const kube::KubeReader& reader;
    kube::KubeWriter& writer;
    const Clock& clock;
    runtime::EventSink& events;
    const issuers::IssuerDirectory& directory;
    Caches& caches;
    // Requests that are undecided, in this namespace; empty: in all.
    std::function<std::vector<kube::ObjectKey>(const std::string& name_space)> undecided;
    // Who looks again when something here has changed.
    std::function<void(const kube::ObjectKey&)> wake_request;
    std::function<void(const kube::ObjectKey&)> wake_certificate;
  };
  // Adds its indexes to the caches: construct before they are filled. `on`: names of controllers.
  PolicyMachine(const ControllerOptions&, const std::set<std::string>& on, const Parts&);
  PolicyMachine(const PolicyMachine&) = delete;
  PolicyMachine& operator=(const PolicyMachine&) = delete;
  ~PolicyMachine();

  requests::Approver& approver();
  certificates::ApprovalNews news();

  // A leaf whose issuer, and with it perhaps the guard, is another.
  void issuer_of_changed(const kube::ObjectKey& certificate);

  // Watching begins before the workers do: those wait until it is known what can be known.
  void start_watching();
  void start();
  void stop();
  bool settled() const;
  Status list_once();
  // One pass of what is due; false: nothing is.
  bool step();
  std::size_t waiting() const;

  std::vector<const runtime::Workers*> workers() const;
  void write_metrics(MetricsPage&) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace cw::controller
