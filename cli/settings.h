// What flags and configuration files say, before it is judged: plain values, wide enough for wrong ones. The
// rules (config_rules.h) look at these; what passes is turned into the options of webhook/ and controller/.
// Data. Source: reference/admission.md 3.9, 5.5; reference/controllers.md 9.1.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "controller/options.h"
#include "lib/base/duration.h"
#include "lib/pki/pem.h"
#include "webhook/serving/tls_source.h"

namespace cw::cli {

struct FileLevel {
  std::string pattern;
  std::int64_t level = 0;
};

struct LogStream {
  bool split = false;
  std::string buffer = "0";  // a quantity of bytes
};

struct LoggingSettings {
  std::string format = "text";
  std::int64_t verbosity = 0;
  Duration flush_frequency = std::chrono::seconds(5);
  std::vector<FileLevel> vmodule;
  LogStream text;
  LogStream json;
  std::vector<std::string> klog_flags;  // names of the deprecated ones that were given another value
};

struct PemSettings {  // bytes of PEM
  std::int64_t certificate = 36'500;
  std::int64_t private_key = 13'000;
  std::int64_t chain = 95'000;
  std::int64_t bundle = 330'000;
};
// Of settings that no rule refuses.
pki::PemLimits pem_limits(const PemSettings&);

// Ours (docs/policy.md). Webhook and controller must be told the same.
struct PolicySettings {
  bool on = false;
  std::string unmatched = "ignore";
  std::string rbac = "require";
  std::string controller_user = "system:serviceaccount:cert-manager:cert-manager";
  // The webhook's alone.
  std::string admission = "enforce";
  std::string admission_fail = "open";
  bool protect_approval = false;
  bool refuse_denied_requests = false;
};

// What all components have.
struct CommonSettings {
  std::string kubeconfig;
  std::string api_server;  // deprecated
  bool profiling = false;
  std::string profiler_address = "localhost:6060";
  std::string metrics_address = "0.0.0.0:9402";  // "0": off
  webhook::TlsSource metrics_tls;
  std::vector<std::string> feature_gates;  // name=true
  LoggingSettings logging;
};

struct WebhookSettings {
  CommonSettings common;
  std::int64_t secure_port = 6443;
  std::int64_t healthz_port = 6080;
  webhook::TlsSource tls;
  bool client_verification = false;
  std::string client_ca;
  std::vector<std::string> client_subjects;
  PemSettings pem;

  // Ours; the field has none of these.
  std::vector<std::string> enforce;  // ids of advice rules
  bool advice_lookups = true;
  std::string cluster_resource_namespace = "cert-manager";  // for advice: where ClusterIssuers' Secrets are
  std::vector<std::string> webhook_configurations;
  PolicySettings policy;
  std::chrono::seconds shutdown_linger{0};
  std::chrono::seconds shutdown_drain{10};
};

struct ControllerSettings {
  CommonSettings common;
  controller::ControllerOptions options;  // its metrics address is that of `common`
  std::int64_t workers = 5;
  std::int64_t max_reissues = 10;  // an hour, of one Certificate
  std::string shard;               // i/n
  double qps = 20;
  std::int64_t burst = 50;
  std::chrono::seconds healthz_timeout{20};  // beyond the lease, until /livez fails
  PemSettings pem;
  PolicySettings policy;

  std::string default_issuer_name;
  std::string default_issuer_kind = "Issuer";
  std::string default_issuer_group = "cert-manager.io";
  std::vector<std::string> auto_certificate_annotations{"kubernetes.io/tls-acme"};
  std::vector<std::string> extra_certificate_annotations;

  std::string solver_image;
  std::string solver_request_cpu = "10m";
  std::string solver_request_memory = "64Mi";
  std::string solver_limit_cpu = "100m";
  std::string solver_limit_memory = "64Mi";
  bool solver_run_as_non_root = true;
  std::vector<std::string> solver_nameservers;
  std::vector<std::string> solver_labels;  // name=text
  std::string solver_runtime_class;
  std::vector<std::string> recursive_nameservers;
  bool recursive_nameservers_only = false;
  std::chrono::seconds check_retry_period{10};
  std::int64_t max_challenges = 60;
  std::int64_t http01_check_port = 80;
  std::int64_t authoritative_port = 53;
  bool issuer_ambient_credentials = false;
  bool cluster_issuer_ambient_credentials = true;

  bool gateway_api = false;
  bool listener_sets = false;
  std::vector<std::string> gateway_protocols;
};

// What of it concerns issuing, wherever the controller runs; of settings that no rule refuses.
controller::ControllerOptions issuance_options(const ControllerSettings&);

// Its rules are checked for whoever still has such a file; certwright needs no cainjector (docs/flags.md).
struct CaInjectorSettings {
  CommonSettings common;
  std::string name_space;
  std::vector<std::string> ignored_namespaces;
  controller::ControllerOptions options;  // of leader election
  bool certificates = true;
  bool validating_webhooks = true;
  bool mutating_webhooks = true;
  bool custom_resource_definitions = true;
  bool api_services = true;
};

}  // namespace cw::cli
