// ControllerOptions: everything that flags decide about the controller (reference/controllers.md 9.1).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "controller/acme_options.h"
#include "controller/runtime/shard.h"
#include "lib/issuance/csr_template.h"
#include "lib/pki/pem.h"
#include "lib/policy/options.h"

namespace cw::controller {

struct ControllerOptions {
  std::string name_space = {};  // --namespace; empty: all
  runtime::Shard shard = {};    // --shard: of the namespaces, those of its hash
  std::string cluster_resource_namespace = "kube-system";
  std::vector<std::string> controllers = {"*"};
  unsigned workers = 5;  // --concurrent-workers, for each of certificates, requests and issuers

  bool leader_elect = true;
  std::string leader_election_namespace = "kube-system";
  std::chrono::seconds lease_duration{60};
  std::chrono::seconds renew_deadline{40};
  std::chrono::seconds retry_period{15};

  bool enable_certificate_owner_ref = false;
  std::vector<std::string> copied_annotation_prefixes = {"*", "-kubectl.kubernetes.io/", "-fluxcd.io/",
                                                         "-argocd.argoproj.io/"};
  std::chrono::seconds certificate_request_minimum_backoff = std::chrono::hours(1);
  std::chrono::seconds certificate_request_maximum_backoff = std::chrono::hours(32);
  int max_reissues_per_hour = 10;  // of a Certificate whose spec stays the same; 0: no limit

  pki::PemLimits pem_limits = {};              // of all that is read or asked for
  issuance::CsrTemplateOptions requests = {};  // feature gates: what requests of Certificates contain

  AcmeOptions acme = {};
  policy::Options policy = {};

  // Empty: not served.
  std::string metrics_listen_address = {};  // "0.0.0.0:9402"
  std::string healthz_listen_address = {};  // "0.0.0.0:9403"
};

}  // namespace cw::controller
