// Manager: the controller as a whole: takes the lead if it is to, runs the Machine while it leads, answers
// health and metrics. What `certwright controller` and `certwright standalone` start.
#pragma once

#include <functional>
#include <memory>

#include "controller/options.h"
#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/kube/client.h"

namespace cw::pki {
class KeyMaker;
}  // namespace cw::pki

namespace cw::controller {

struct AcmeWorld;

class Manager {
 public:
  // All of these outlive the manager.
  Manager(ControllerOptions, const kube::KubeReader&, kube::KubeWriter&, const Clock&, pki::KeyMaker&);
  Manager(const Manager&) = delete;
  Manager& operator=(const Manager&) = delete;
  ~Manager();

  // Before start(). Leases are read and written through these; not called: as everything else. A renewal
  // should wait for nothing else, and not long for an answer.
  void use_for_leases(const kube::KubeReader&, kube::KubeWriter&);
  // Before start(): what ACME issuers are served with; not called: they are not.
  void use_acme(const AcmeWorld&);
  // Called once, on a thread of the manager, when the lease is lost. By then no new write begins; the process
  // should exit with an error.
  void on_lost(std::function<void(const Error&)>);

  // Returns at once. Invalid: the options contradict each other. Unavailable: a port is taken.
  Status start();
  // Ends the passes under way, then gives the lease back. Waits as long as the API server makes a pass wait.
  void stop();

  bool leading() const;
  // Leading, and every cache has been filled once.
  bool synced() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace cw::controller
