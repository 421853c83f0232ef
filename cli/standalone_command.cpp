// certwright standalone: no cluster needed. Prints one line when it is ready; Ctrl-C is safe at any moment.
#include <cstdio>

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
};

int run(StandaloneSettings& settings) {
  kube::FieldErrors wrong = check_issuance(settings.controller);
  webhook::append(wrong, check_policy(settings.controller.policy));
  webhook::append(wrong, check_policy_admission(settings.controller.policy));
  if (!wrong.empty()) return failed("the configuration is refused", wrong);
  const auto enforcement = webhook::parse_enforcement(settings.enforce);
  if (!enforcement) return failed("--enforce", enforcement.error());
  apply_logging(settings.controller.common.logging);
  StandaloneOptions& options = settings.options;
  options.controller = issuance_options(settings.controller);
  options.controller.leader_elect = false;  // there is no second replica over one data directory
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
  command.add_option("--address", settings->options.server.address, "Address to listen on")
      ->capture_default_str();
  command.add_option("--port", settings->options.server.port, "HTTPS port; 0 takes any free one")
      ->check(CLI::Range(0, 65535));
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
  add_component_flags(command, *settings);
  command.callback([settings, &exit_code] { exit_code = run(*settings); });
}

}  // namespace cw::cli
