// Dns01Publishers: makes the publisher that a Challenge's solver describes, with the credentials that its
// Secrets hold now. A publisher is kept and given out again while settings and credentials stay the same, so
// that access tokens and zones are not asked for each time. Thread-safe.
// Errors: Invalid (the settings cannot work, told with the field), NotFound (a Secret), else as the API
// server answered.
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "controller/acme/dns01_credentials.h"
#include "controller/acme/solver.h"
#include "lib/base/clock.h"
#include "lib/dns01/publisher.h"
#include "lib/dns01/wires.h"
#include "lib/http/fetch.h"
#include "lib/kube/client.h"

namespace cw::controller::acme {

// A token of a ServiceAccount for these audiences (TokenRequest).
using ServiceAccountToken = std::function<Result<SecretBytes>(
    const std::string& name_space, const std::string& name, const std::vector<std::string>& audiences)>;

class Dns01Publishers {
 public:
  // The references outlive it, and it outlives the publishers.
  struct Parts {
    const kube::KubeReader& reader;
    kube::KubeWriter& writer;  // for the webhook provider
    http::HttpFetch& fetch;
    const Clock& clock;
    std::function<std::string(const std::string& name)> environment;
    std::function<void(std::chrono::milliseconds)> pause;
    ServiceAccountToken service_account_token = nullptr;
  };
  explicit Dns01Publishers(Parts parts) : parts_(std::move(parts)) {}

  Result<std::shared_ptr<dns01::TxtPublisher>> make(const api::Challenge&, const SolverScope&);

 private:
  using Publisher = std::shared_ptr<dns01::TxtPublisher>;
  Result<Publisher> build(const api::Dns01&, const std::string& dns_name, const SolverScope&,
                          Dns01Credentials);
  Result<Publisher> build_route53(const api::Dns01Route53&, const SolverScope&, Dns01Credentials&);
  dns01::Wires wires() { return {parts_.fetch, parts_.clock, locks_, parts_.environment, parts_.pause}; }
  Publisher find(const std::string& key);
  void keep(const std::string& key, const Publisher&);

  static constexpr std::size_t kMaxKept = 128;

  Parts parts_;
  dns01::NameLocks locks_;
  std::mutex mutex_;
  std::list<std::pair<std::string, Publisher>> kept_;  // the one used last in front
};

}  // namespace cw::controller::acme
