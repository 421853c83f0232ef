// certwright webhook: settings from flags and file → webhook::ServeOptions → webhook::serve.
#include "cli/commands.h"
#include "cli/component_settings.h"
#include "cli/config_rules.h"
#include "cli/feature_gates.h"
#include "cli/flags.h"
#include "cli/policy_flags.h"
#include "cli/signals.h"
#include "lib/base/log.h"
#include "webhook/serve.h"

namespace cw::cli {
namespace {

webhook::RuleOptions rule_options(const WebhookSettings& settings) {
  const GateChoice gates =
      choose_gates(Component::Webhook, settings.common.feature_gates, kube::FieldPath("featureGates"));
  for (const std::string& warning : gates.warnings) log::warning(warning);
  return {.literal_certificate_subject = gates.is_on("LiteralCertificateSubject"),
          .name_constraints = gates.is_on("NameConstraints"),
          .other_names = gates.is_on("OtherNames"),
          .pem_limits = pem_limits(settings.pem)};
}

Result<webhook::ServeOptions> serve_options(const WebhookSettings& settings) {
  webhook::ServeOptions options;
  options.secure_port = static_cast<int>(settings.secure_port);
  options.healthz_port = static_cast<int>(settings.healthz_port);
  options.metrics_listen_address = settings.common.metrics_address;
  options.tls = settings.tls;
  options.metrics_tls = settings.common.metrics_tls;
  options.webhook_configurations = settings.webhook_configurations;
  options.enable_client_verification = settings.client_verification;
  options.client_ca_path = settings.client_ca;
  options.client_subject_names = settings.client_subjects;
  options.rules = rule_options(settings);
  options.enforcement = TRY(webhook::parse_enforcement(settings.enforce));
  options.advice_lookups = settings.advice_lookups;
  options.cluster_resource_namespace = settings.cluster_resource_namespace;
  options.policy = policy_options(settings.policy);
  options.linger = settings.shutdown_linger;
  options.drain = settings.shutdown_drain;
  return options;
}

Status serve_with_cluster(const WebhookSettings& settings, const std::stop_token& stop) {
  const webhook::ServeOptions options = TRY(serve_options(settings));
  const SystemClock clock;
  pki::SystemKeyMaker keys;
  auto cluster = connect(settings.common.kubeconfig, "cert-manager-webhook");
  if (!cluster && !settings.common.kubeconfig.empty()) return std::move(cluster).error();
  if (!cluster)
    log::warning("no API server is known: approvals will be refused", {{"why", cluster.error().message}});
  webhook::ServeDependencies dependencies{.clock = clock, .keys = keys};
  if (cluster) {
    dependencies.reader = cluster->get();
    dependencies.writer = cluster->get();
  }
  dependencies.on_ready = [](const webhook::ServePorts& ports) {
    log::info("webhook is serving", {{"port", std::to_string(ports.secure)},
                                     {"healthz", std::to_string(ports.healthz)},
                                     {"metrics", std::to_string(ports.metrics)}});
  };
  return webhook::serve(options, dependencies, stop);
}

int run_webhook(const WebhookSettings& settings) {
  const kube::FieldErrors wrong = check_settings(settings);
  if (!wrong.empty()) return failed("the webhook's configuration is refused", wrong);
  apply_logging(settings.common.logging);
  const Signals signals;
  const Status served = serve_with_cluster(settings, signals.token());
  return served ? 0 : failed("webhook stopped", served.error());
}

}  // namespace

void add_webhook_command(CLI::App& app, int& exit_code) {
  CLI::App& command = *app.add_subcommand("webhook", "Serve admission reviews over HTTPS");
  const auto settings = std::make_shared<WebhookSettings>();
  (void)add_webhook_flags(command, *settings);
  command.callback([settings, &exit_code] { exit_code = run_webhook(*settings); });
}

}  // namespace cw::cli
