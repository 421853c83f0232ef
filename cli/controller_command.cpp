// certwright controller: settings from flags and file → ControllerOptions → controller::Manager.
#include "cli/commands.h"
#include "cli/component_settings.h"
#include "cli/config_rules.h"
#include "cli/feature_gates.h"
#include "cli/flags.h"
#include "cli/signals.h"
#include "controller/manager.h"
#include "lib/base/log.h"
#include "lib/pki/private_key.h"

namespace cw::cli {
namespace {

controller::ControllerOptions controller_options(const ControllerSettings& settings) {
  controller::ControllerOptions options = settings.options;
  options.workers = static_cast<unsigned>(settings.workers);
  options.metrics_listen_address =
      settings.common.metrics_address == "0" ? "" : settings.common.metrics_address;
  return options;
}

void warn_of_gates(const ControllerSettings& settings) {
  const GateChoice gates =
      choose_gates(Component::Controller, settings.common.feature_gates, kube::FieldPath("featureGates"));
  for (const std::string& warning : gates.warnings) log::warning(warning);
}

Status run_until_stopped(const ControllerSettings& settings, Signals& signals) {
  const auto cluster = TRY(connect(settings.common.kubeconfig, "cert-manager-controller"));
  const SystemClock clock;
  pki::SystemKeyMaker keys;
  Status end = Done{};
  controller::Manager manager(controller_options(settings), *cluster, *cluster, clock, keys);
  manager.on_lost([&](const Error& why) {
    end = why;
    signals.request_stop();
  });
  TRY(manager.start());
  log::info("controller has started");
  signals.wait();
  manager.stop();
  return end;
}

int run_controller(const ControllerSettings& settings) {
  const kube::FieldErrors wrong = check_settings(settings);
  if (!wrong.empty()) return failed("the controller's configuration is refused", wrong);
  apply_logging(settings.common.logging);
  warn_of_gates(settings);
  Signals signals;
  const Status ended = run_until_stopped(settings, signals);
  return ended ? 0 : failed("controller stopped", ended.error());
}

}  // namespace

void add_controller_command(CLI::App& app, int& exit_code) {
  CLI::App& command = *app.add_subcommand("controller", "Issue and renew certificates");
  const auto settings = std::make_shared<ControllerSettings>();
  settings->options.healthz_listen_address = "0.0.0.0:9403";
  (void)add_controller_flags(command, *settings);
  command.callback([settings, &exit_code] { exit_code = run_controller(*settings); });
}

}  // namespace cw::cli
