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
#include "lib/policy/options.h"
#include "webhook/advice/enforcement.h"
#include "webhook/policy/approval.h"
#include "webhook/rules/rule_options.h"
#include "webhook/serving/tls_source.h"

namespace cw::webhook {

struct ServeOptions {
  std::string address = "0.0.0.0";
  int secure_port = 6443;                               // 0: any free one
  int healthz_port = 6080;                              // 0: any free one
  std::string metrics_listen_address = "0.0.0.0:9402";  // "0": off

  TlsSource tls;
  TlsSource metrics_tls;  // not configured: metrics in plain HTTP
  // Validating- and MutatingWebhookConfigurations whose caBundle we keep. Empty: those that are marked with
  // cert-manager.io/inject-ca-from-secret naming our CA Secret.
  std::vector<std::string> webhook_configurations;

  bool enable_client_verification = false;
  std::string client_ca_path;
  std::vector<std::string> client_subject_names;

  RuleOptions rules;
  Enforcement enforcement;     // advice that refuses
  bool advice_lookups = true;  // watch the cluster, so that advice can speak of it
  // With policy on issuers, policies, Namespaces and bindings are watched; off, the guards of issuers are
  // still judged, as far as advice_lookups lets issuers be known.
  policy::Options policy;
  std::string cluster_resource_namespace = "cert-manager";  // where the Secrets of ClusterIssuers are
  // When stopped: not ready at once, but serving on for as long as it takes endpoints to be forgotten; …
  std::chrono::milliseconds linger{0};
  std::chrono::milliseconds drain{10'000};  // … then for requests under way
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
