// AcmeMachine: the part of the Machine that speaks ACME: caches of Orders and Challenges, their queues,
// reconcilers and workers, the issuers' accounts, the solvers, renewal information. Thread-safe but for start
// and stop.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "controller/acme_world.h"
#include "controller/caches.h"
#include "controller/certificates/acme_renewal.h"
#include "controller/certificates/observe.h"
#include "controller/issuers/acme_setup.h"
#include "controller/issuers/issuer_directory.h"
#include "controller/options.h"
#include "controller/requests/signer.h"
#include "controller/runtime/events.h"
#include "controller/runtime/workers.h"
#include "lib/base/clock.h"
#include "lib/kube/client.h"

namespace cw::controller {

class AcmeMachine {
 public:
  struct Parts {
    const kube::KubeReader& reader;
    kube::KubeWriter& writer;
    const Clock& clock;
    pki::KeyMaker& key_maker;
    runtime::EventSink& events;
    const issuers::IssuerDirectory& directory;
    Caches& caches;
    // Null: ACME issuers are told that this controller cannot serve them.
    const AcmeWorld* world;
    // Who looks again when something here has changed.
    std::function<void(const kube::ObjectKey&)> wake_request;
    std::function<void(const kube::ObjectKey&)> wake_certificate;
    std::function<void(const kube::ObjectKey&)> wake_issuer;
  };
  // Adds its indexes to the caches: construct before they are filled. `on`: names of controllers.
  AcmeMachine(const ControllerOptions&, const std::set<std::string>& on, const Parts&);
  AcmeMachine(const AcmeMachine&) = delete;
  AcmeMachine& operator=(const AcmeMachine&) = delete;
  ~AcmeMachine();

  // For the parts of the Machine that have to do with issuers of any type.
  issuers::AcmeSetup& setup();
  requests::Signer& signer();
  certificates::FindAcmeRenewal renewal_finder();
  certificates::AskAboutRenewal renewal_asker();
  certificates::ForgetRenewalNews renewal_forgetter();

  // Orders and Challenges that may go on now that this issuer is another.
  void issuer_changed(const kube::ObjectKey&);

  void start(unsigned threads);
  void stop();
  // One pass of what is due; false: nothing is.
  bool step();
  std::size_t waiting() const;

  std::vector<const runtime::Workers*> workers() const;
  const AcmeRequestMetrics* requests() const;  // may be null

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace cw::controller
