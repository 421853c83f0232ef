// The webhook server: HTTPS for reviews, plain HTTP for health and metrics, one thread that keeps the serving
// certificate fresh. Flags and config file are parsed by cli/ into ServeOptions.
// Source: reference/admission.md 3.3, 3.7, 3.8, 3.9.
#pragma once

#include <chrono>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/kube/client.h"
#include "lib/pki/private_key.h"
#include "webhook/policy/approval.h"
#include "webhook/rules/rule_options.h"

namespace cw::webhook {

struct DynamicServing {
  std::string secret_namespace;
  std::string secret_name;
  std::vector<std::string> dns_names;
  std::chrono::seconds leaf_duration = std::chrono::hours(168);
  bool configured() const { return !secret_namespace.empty() || !secret_name.empty() || !dns_names.empty(); }
};

struct ServeOptions {
  std::string address = "0.0.0.0";
  int secure_port = 6443;                               // 0: any free one
  int healthz_port = 6080;                              // 0: any free one
  std::string metrics_listen_address = "0.0.0.0:9402";  // "0": off

  std::string tls_cert_file;
  std::string tls_private_key_file;
  DynamicServing dynamic_serving;
  std::string tls_min_version;                 // as parse_tls_version
  std::vector<std::string> tls_cipher_suites;  // as parse_cipher_suites

  bool enable_client_verification = false;
  std::string client_ca_path;
  std::vector<std::string> client_subject_names;

  RuleOptions rules;
  std::chrono::milliseconds drain{10'000};  // for requests under way when stopped
};

struct ServePorts {
  int secure = 0;
  int healthz = 0;
  int metrics = 0;  // 0: off
};

struct ServeDependencies {
  const Clock& clock;
  pki::KeyMaker& keys;
  // nullptr: no API server is known. Then approvals are refused and dynamic serving is Invalid.
  const kube::KubeReader* reader = nullptr;
  kube::KubeWriter* writer = nullptr;
  // Called once when all listeners are bound.
  std::function<void(const ServePorts&)> on_ready = {};
};

// Blocks until the token is stopped (Done). Errors: Invalid options, Unavailable ports.
Status serve(const ServeOptions&, const ServeDependencies&, std::stop_token);

}  // namespace cw::webhook
