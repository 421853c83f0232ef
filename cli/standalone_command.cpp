// certwright standalone: no cluster needed. Prints one line when it is ready; Ctrl-C is safe at any moment.
#include <cstdio>

#include "cli/audit_flags.h"
#include "cli/cluster_controllers.h"
#include "cli/commands.h"
#include "cli/component_settings.h"
#include "cli/config_rules.h"
#include "cli/flags.h"
#include "cli/policy_flags.h"
#include "cli/signals.h"
#include "cli/standalone.h"
#include "lib/base/log.h"

namespace cw::cli {
namespace {

struct StandaloneSettings {
  StandaloneOptions options;
  ControllerSettings controller;
  std::vector<std::string> enforce;  // ids of advice rules
  std::vector<std::string> cluster_controllers{"*"};
  AuditSettings audit;
};

// Of the controllers, where several servers share an etcd. The store is the server's own: no need for the
// field's patience with an API server that is elsewhere.
constexpr std::chrono::seconds kLease{15};
constexpr std::chrono::seconds kRenewDeadline{10};
constexpr std::chrono::seconds kRetry{2};

int run(StandaloneSettings& settings) {
  kube::FieldErrors wrong = check_issuance(settings.controller);
  webhook::append(wrong, check_policy(settings.controller.policy));
  webhook::append(wrong, check_policy_admission(settings.controller.policy));
  if (!wrong.empty()) return failed("the configuration is refused", wrong);
  const auto enforcement = webhook::parse_enforcement(settings.enforce);
  if (!enforcement) return failed("--enforce", enforcement.error());
  const auto house = cluster_controllers(settings.cluster_controllers);
  if (!house) return failed("the configuration is refused", house.error());
  apply_logging(settings.controller.common.logging);
  StandaloneOptions& options = settings.options;
  options.server.accounts = *house;
  options.server.audit = audit_options(settings.audit);
  options.controller = issuance_options(settings.controller);
  // There is no second server over one data directory, but there may be over one etcd.
  options.controller.leader_elect = !options.server.etcd.servers.empty();
  options.controller.lease_duration = kLease;
  options.controller.renew_deadline = kRenewDeadline;
  options.controller.retry_period = kRetry;
  options.enforcement = *enforcement;
  options.policy = policy_options(settings.controller.policy);
  options.controller.policy = options.policy;
  options.rules.pem_limits = options.controller.pem_limits;
  const Signals signals;
  const Status ended = run_standalone(options, signals.token(), [&](const std::string& url) {
    (void)std::printf("ready: %s kubeconfig: %s\n", url.c_str(), options.server.kubeconfig_out.c_str());
    (void)std::fflush(stdout);
  });
  return ended ? 0 : failed("standalone stopped", ended.error());
}

void add_etcd_flags(CLI::App& command, apiserver::EtcdOptions& etcd) {
  command
      .add_option("--etcd-servers", etcd.servers,
                  "URLs of an etcd for the objects, separated by commas; several servers may share it")
      ->delimiter(',');
  command.add_option("--etcd-cafile", etcd.ca_file, "CA of etcd's certificates");
  command.add_option("--etcd-certfile", etcd.certificate_file, "Certificate for etcd");
  command.add_option("--etcd-keyfile", etcd.key_file, "Its key");
  command.add_option("--etcd-prefix", etcd.prefix, "Prefix of all keys in etcd")->capture_default_str();
}

void add_component_flags(CLI::App& command, StandaloneSettings& standalone) {
  ComponentFlags flags(command);
  ControllerSettings& settings = standalone.controller;
  // No one to be polite to: each write waits for the disk, and those that wait together are one commit.
  settings.workers = 16;
  add_issuance_flags(flags, settings);
  flags.text({"", "--metrics-listen-address", "host:port of /metrics; empty: off"},
             settings.options.metrics_listen_address);
  flags.text({"", "--internal-healthz-listen-address"}, settings.options.healthz_listen_address);
  add_pem_flags(flags, settings.pem);
  flags.list({"", "--enforce", "Advice rules that refuse instead of warning; all is every one"},
             standalone.enforce);
  flags.list({"", "--cluster-controllers",
              "Which of a cluster's own controllers work: * is all, -NAME all but that"},
             standalone.cluster_controllers);
  flags.toggle(
      {"", "--admission", "Judge what is written by the webhook's rules; off: an API server and no more"},
      standalone.options.admission);
  flags.toggle({"", "--serve-policies",
                "Serve CertificateRequestPolicies; off: as a cluster without their definition"},
               standalone.options.serve_policies);
  flags.toggle({"", "--advice-lookups", "Warn of issuers and Secrets that are missing"},
               standalone.options.advice_lookups);
  add_policy_flags(flags, settings.policy);
  add_policy_admission_flags(flags, settings.policy);
  add_logging_flags(flags, settings.common.logging);
}

}  // namespace

void add_standalone_command(CLI::App& app, int& exit_code) {
  CLI::App& command =
      *app.add_subcommand("standalone", "Embedded API server, webhook and controller in one process");
  const auto settings = std::make_shared<StandaloneSettings>();
  command
      .add_option("--data-dir", settings->options.server.data_dir,
                  "Directory of the store and the server's keys")
      ->required();
  add_etcd_flags(command, settings->options.server.etcd);
  command.add_option("--address", settings->options.server.address, "Address to listen on")
      ->capture_default_str();
  command.add_option("--port", settings->options.server.port, "HTTPS port; 0 takes any free one")
      ->check(CLI::Range(0, 65535));
  command.add_option("--api-documentation", settings->options.server.documentation,
                     "OpenAPI v2 files whose descriptions go before our own words");
  command.add_option("--kubeconfig-out", settings->options.server.kubeconfig_out,
                     "Where the admin's kubeconfig is written");
  command
      .add_option("--http01-port", settings->options.answerers.http01_port,
                  "Port where HTTP-01 challenges are answered, port 80 of the names leads to it; 0: none")
      ->check(CLI::Range(0, 65535));
  command
      .add_option(
          "--tls-alpn01-port", settings->options.answerers.tls_alpn01_port,
          "Port where TLS-ALPN-01 challenges are answered, port 443 of the names leads to it; 0: none")
      ->check(CLI::Range(0, 65535));
  command
      .add_option("--tls-alpn01-check-port", settings->options.answerers.tls_alpn01_check_port,
                  "Port at which the CA will ask by TLS-ALPN-01")
      ->check(CLI::Range(1, 65535));
  add_audit_flags(command, settings->audit);
  add_limit_flags(command, settings->options.server.limits);
  add_component_flags(command, *settings);
  command.callback([settings, &exit_code] { exit_code = run(*settings); });
}

}  // namespace cw::cli
