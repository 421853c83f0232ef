// certwright controller: settings from flags and file → ControllerOptions → controller::Manager.
#include <algorithm>
#include <limits>
#include <optional>
#include <thread>

#include "cli/commands.h"
#include "cli/component_settings.h"
#include "cli/config_rules.h"
#include "cli/feature_gates.h"
#include "cli/flags.h"
#include "cli/policy_flags.h"
#include "cli/signals.h"
#include "controller/acme_world.h"
#include "controller/manager.h"
#include "lib/base/log.h"
#include "lib/base/pause.h"
#include "lib/pki/private_key.h"

namespace cw::cli {
namespace {

GateChoice gates_of(const ControllerSettings& settings) {
  return choose_gates(Component::Controller, settings.common.feature_gates, kube::FieldPath("featureGates"));
}

controller::ControllerOptions controller_options(const ControllerSettings& settings) {
  controller::ControllerOptions options = issuance_options(settings);
  apply_gates(gates_of(settings), options);
  options.policy = policy_options(settings.policy);
  if (const auto shard = controller::runtime::parse_shard(settings.shard)) options.shard = *shard;
  options.metrics_listen_address =
      settings.common.metrics_address == "0" ? "" : settings.common.metrics_address;
  return options;
}

void warn_of_gates(const ControllerSettings& settings) {
  for (const std::string& warning : gates_of(settings).warnings) log::warning(warning);
}

// client-go takes its defaults for zero.
std::optional<client::RateLimit> rate_limit(const ControllerSettings& settings) {
  constexpr double kDefaultRate = 5;
  constexpr int kDefaultBurst = 10;
  if (settings.qps < 0 || settings.burst < 0) return std::nullopt;
  const auto burst =
      static_cast<int>(std::min<std::int64_t>(settings.burst, std::numeric_limits<int>::max()));
  return client::RateLimit{.per_second = settings.qps > 0 ? settings.qps : kDefaultRate,
                           .burst = burst > 0 ? burst : kDefaultBurst};
}

// A renewal waits in no line, and is not tried until it is too late.
client::KubeClientOptions for_leases(const controller::ControllerOptions& options) {
  constexpr std::chrono::seconds kLongest{10};
  client::KubeClientOptions leases;
  leases.retry.attempts = 1;
  leases.timeout =
      std::clamp<std::chrono::seconds>(options.renew_deadline / 4, std::chrono::seconds(1), kLongest);
  return leases;
}

// While the manager stops: an API server that hangs gets no more time than this, and to give the lease back a
// little more.
class Impatience {
 public:
  Impatience(client::HttpKubeClient& cluster, client::HttpKubeClient& leases)
      : thread_([&cluster, &leases](const std::stop_token& stopped) {
          if (!pause(stopped, kForPasses)) return;
          log::warning("the API server does not answer; stopping without it");
          cluster.stop();
          if (pause(stopped, kForLease)) leases.stop();
        }) {}

 private:
  static constexpr std::chrono::seconds kForPasses{3};
  static constexpr std::chrono::seconds kForLease{2};
  std::jthread thread_;
};

Status run_until_stopped(const ControllerSettings& settings, Signals& signals) {
  const std::string& kubeconfig = settings.common.kubeconfig;
  const auto cluster = TRY(connect(kubeconfig, "cert-manager-controller", {.rate = rate_limit(settings)}));
  const auto leases = TRY(connect(kubeconfig, "cert-manager-controller", for_leases(settings.options)));
  const SystemClock clock;
  pki::SystemKeyMaker keys;
  Status end = Done{};
  const controller::ControllerOptions options = controller_options(settings);
  controller::SystemAcmeWorld acme(options.acme, clock);
  controller::Manager manager(options, *cluster, *cluster, clock, keys);
  manager.use_acme(acme.world());
  manager.use_for_leases(*leases, *leases);
  manager.on_lost([&](const Error& why) {
    end = why;
    cluster->stop();  // what is under way could reach the server when another leads already
    signals.request_stop();
  });
  TRY(manager.start());
  log::info("controller has started");
  signals.wait();
  const Impatience impatience(*cluster, *leases);
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
