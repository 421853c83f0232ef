// certwright controller: flags of cert-manager's controller (reference/controllers.md 9.1) →
// ControllerOptions.
#include <array>

#include <unistd.h>

#include "cli/commands.h"
#include "cli/config_file.h"
#include "cli/controller_flags.h"
#include "cli/flags.h"
#include "cli/signals.h"
#include "controller/manager.h"
#include "lib/base/log.h"
#include "lib/pki/private_key.h"

namespace cw::cli {
namespace {

constexpr std::array<ConfigMember, 24> kMembers{{
    {"kubeConfig", "kubeconfig"},
    {"apiServerHost", "master"},
    {"kubernetesAPIQPS", "kube-api-qps"},
    {"kubernetesAPIBurst", "kube-api-burst"},
    {"clusterResourceNamespace", "cluster-resource-namespace"},
    {"namespace", "namespace"},
    {"leaderElectionConfig.enabled", "leader-elect"},
    {"leaderElectionConfig.namespace", "leader-election-namespace"},
    {"leaderElectionConfig.leaseDuration", "leader-election-lease-duration"},
    {"leaderElectionConfig.renewDeadline", "leader-election-renew-deadline"},
    {"leaderElectionConfig.retryPeriod", "leader-election-retry-period"},
    {"controllers", "controllers"},
    {"enableCertificateOwnerRef", "enable-certificate-owner-ref"},
    {"copiedAnnotationPrefixes", "copied-annotation-prefixes"},
    {"numberOfConcurrentWorkers", "concurrent-workers"},
    {"metricsListenAddress", "metrics-listen-address"},
    {"healthzListenAddress", "internal-healthz-listen-address"},
    {"certificateRequestMinimumBackoffDuration", "certificate-request-minimum-backoff-duration"},
    {"certificateRequestMaximumBackoffDuration", "certificate-request-maximum-backoff-duration"},
    {"featureGates", "feature-gates"},
    {"logging.format", "logging-format"},
    {"logging.verbosity", "v"},
    {"logging.flushFrequency", "log-flush-frequency"},
    {"logging.vmodule", "vmodule"},
}};
constexpr ConfigSchema kSchema{"controller.config.cert-manager.io/v1alpha1", "ControllerConfiguration",
                               kMembers};

struct ControllerFlags {
  controller::ControllerOptions options;
  std::string kubeconfig;
  // Accepted so that existing command lines start; what they would do comes with the part that needs them.
  std::string master;
  std::string qps;
  std::string burst;
  std::vector<std::string> feature_gates;
};

Status run_until_stopped(const ControllerFlags& flags, Signals& signals) {
  const auto cluster = TRY(connect(flags.kubeconfig, "cert-manager-controller"));
  const SystemClock clock;
  pki::SystemKeyMaker keys;
  Status end = Done{};
  controller::Manager manager(flags.options, *cluster, *cluster, clock, keys);
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

int run_controller(const ControllerFlags& flags) {
  Signals signals;
  const Status ended = run_until_stopped(flags, signals);
  return ended ? 0 : failed("controller stopped", ended.error());
}

}  // namespace

void add_controller_command(CLI::App& app, int& exit_code) {
  CLI::App& command = *app.add_subcommand("controller", "Issue and renew certificates");
  const auto flags = std::make_shared<ControllerFlags>();
  flags->options.metrics_listen_address = "0.0.0.0:9402";
  flags->options.healthz_listen_address = "0.0.0.0:9403";
  accept_config_file(command, kSchema);
  command.add_option("--kubeconfig", flags->kubeconfig, "API server; empty: the pod's own");
  command.add_option("--master", flags->master, "Deprecated; use --kubeconfig")->group("");
  command.add_option("--kube-api-qps", flags->qps, "Accepted; requests are limited by the server's answers")
      ->group("");
  command.add_option("--kube-api-burst", flags->burst, "As --kube-api-qps")->group("");
  command.add_option("--feature-gates", flags->feature_gates, "Accepted without effect yet")
      ->delimiter(',')
      ->group("");
  add_leader_election_flags(command, flags->options);
  add_controller_flags(command, flags->options);
  add_logging_flags(command);
  command.callback([flags, &exit_code] { exit_code = run_controller(*flags); });
}

}  // namespace cw::cli
