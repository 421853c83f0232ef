// certwright webhook: flags of cert-manager's webhook (reference/admission.md 3.9) → webhook::ServeOptions.
#include <array>
#include <map>

#include "cli/commands.h"
#include "cli/config_file.h"
#include "cli/flags.h"
#include "cli/signals.h"
#include "lib/base/log.h"
#include "webhook/serve.h"

namespace cw::cli {
namespace {

constexpr std::array<ConfigMember, 27> kMembers{{
    {"securePort", "secure-port"},
    {"healthzPort", "healthz-port"},
    {"kubeConfig", "kubeconfig"},
    {"apiServerHost", "api-server-host"},
    {"tlsConfig.filesystem.certFile", "tls-cert-file"},
    {"tlsConfig.filesystem.keyFile", "tls-private-key-file"},
    {"tlsConfig.dynamic.secretNamespace", "dynamic-serving-ca-secret-namespace"},
    {"tlsConfig.dynamic.secretName", "dynamic-serving-ca-secret-name"},
    {"tlsConfig.dynamic.dnsNames", "dynamic-serving-dns-names"},
    {"tlsConfig.dynamic.leafDuration", "dynamic-serving-leaf-duration"},
    {"tlsConfig.cipherSuites", "tls-cipher-suites"},
    {"tlsConfig.minTLSVersion", "tls-min-version"},
    {"enableClientVerification", "enable-client-verification"},
    {"clientCAPath", "client-ca-path"},
    {"clientCertificateSubjects", "client-subject-names"},
    {"featureGates", "feature-gates"},
    {"enablePprof", "enable-profiling"},
    {"pprofAddress", "profiler-address"},
    {"metricsListenAddress", "metrics-listen-address"},
    {"logging.format", "logging-format"},
    {"logging.verbosity", "v"},
    {"logging.flushFrequency", "log-flush-frequency"},
    {"logging.vmodule", "vmodule"},
    {"pemSizeLimitsConfig.maxCertificateSize", "max-certificate-size"},
    {"pemSizeLimitsConfig.maxPrivateKeySize", "max-private-key-size"},
    {"pemSizeLimitsConfig.maxChainLength", "max-certificate-chain-length"},
    {"pemSizeLimitsConfig.maxBundleSize", "max-certificate-bundle-size"},
}};
constexpr ConfigSchema kSchema{"webhook.config.cert-manager.io/v1alpha1", "WebhookConfiguration", kMembers};

struct WebhookFlags {
  webhook::ServeOptions serve;
  std::string kubeconfig;
  std::string api_server_host;
  std::vector<std::string> feature_gates;
  bool profiling = false;
  std::string profiler_address;
};

// The gates that change a rule; the two that are GA are accepted and change nothing (admission.md 3.10).
Status apply_gate(webhook::RuleOptions& rules, const std::string& gate) {
  const auto equals = gate.find('=');
  const std::string name = gate.substr(0, equals);
  const std::string value = equals == std::string::npos ? "" : gate.substr(equals + 1);
  if (value != "true" && value != "false")
    return Error{Code::Invalid, "feature gate " + gate + " is not name=true|false"};
  const std::map<std::string_view, bool*> known{
      {"LiteralCertificateSubject", &rules.literal_certificate_subject},
      {"NameConstraints", &rules.name_constraints},
      {"OtherNames", &rules.other_names},
      {"AdditionalCertificateOutputFormats", nullptr},
      {"DisallowInsecureCSRUsageDefinition", nullptr}};
  const auto found = known.find(name);
  if (found == known.end()) return Error{Code::Invalid, "unknown feature gate " + name};
  if (found->second != nullptr) *found->second = value == "true";
  return Done{};
}

void add_serving_flags(CLI::App& command, webhook::ServeOptions& serve) {
  const CLI::Range port(0, 65535);
  command.add_option("--secure-port", serve.secure_port, "HTTPS port; 0 takes any free one")
      ->check(port)
      ->capture_default_str();
  command.add_option("--healthz-port", serve.healthz_port, "Plain HTTP port of /healthz and /livez")
      ->check(port)
      ->capture_default_str();
  command
      .add_option("--metrics-listen-address", serve.metrics_listen_address, "host:port of /metrics; 0 is off")
      ->capture_default_str();
  command.add_option("--tls-cert-file", serve.tls_cert_file,
                     "Serving certificate chain; read anew when it changes");
  command.add_option("--tls-private-key-file", serve.tls_private_key_file, "Its private key");
  command.add_option("--tls-min-version", serve.tls_min_version, "VersionTLS12 or VersionTLS13");
  command.add_option("--tls-cipher-suites", serve.tls_cipher_suites, "TLS 1.2 suites by IANA name")
      ->delimiter(',');
  auto& dynamic = serve.dynamic_serving;
  command.add_option("--dynamic-serving-ca-secret-namespace", dynamic.secret_namespace,
                     "Where the self-managed CA is kept");
  command.add_option("--dynamic-serving-ca-secret-name", dynamic.secret_name,
                     "Secret of the self-managed CA");
  command
      .add_option("--dynamic-serving-dns-names", dynamic.dns_names, "DNS names of the serving certificate")
      ->delimiter(',');
  add_duration(command, "--dynamic-serving-leaf-duration", dynamic.leaf_duration,
               "Lifetime of the serving certificate");
}

void add_client_flags(CLI::App& command, webhook::ServeOptions& serve) {
  command.add_flag("--enable-client-verification", serve.enable_client_verification,
                   "Ask callers for a certificate");
  command.add_option("--client-ca-path", serve.client_ca_path,
                     "PEM of the CA that callers' certificates come from");
  command
      .add_option("--client-subject-names", serve.client_subject_names,
                  "Names of which a caller must carry one")
      ->delimiter(',');
}

Status serve_with_cluster(const WebhookFlags& flags, const std::stop_token& stop) {
  const SystemClock clock;
  pki::SystemKeyMaker keys;
  auto cluster = connect(flags.kubeconfig, "cert-manager-webhook");
  if (!cluster && !flags.kubeconfig.empty()) return std::move(cluster).error();
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
  return webhook::serve(flags.serve, dependencies, stop);
}

int run_webhook(WebhookFlags& flags) {
  for (const std::string& gate : flags.feature_gates) {
    const Status applied = apply_gate(flags.serve.rules, gate);
    if (!applied) return failed("webhook", applied.error());
  }
  const Signals signals;
  const Status served = serve_with_cluster(flags, signals.token());
  return served ? 0 : failed("webhook stopped", served.error());
}

}  // namespace

void add_webhook_command(CLI::App& app, int& exit_code) {
  CLI::App& command = *app.add_subcommand("webhook", "Serve admission reviews over HTTPS");
  const auto flags = std::make_shared<WebhookFlags>();
  accept_config_file(command, kSchema);
  command.add_option("--kubeconfig", flags->kubeconfig, "API server for approvals; empty: the pod's own");
  command.add_option("--api-server-host", flags->api_server_host, "Deprecated; use --kubeconfig")->group("");
  command.add_option("--feature-gates", flags->feature_gates, "name=true|false, …")->delimiter(',');
  command.add_flag("--enable-profiling", flags->profiling, "Accepted; there is no profiler to serve")
      ->group("");
  command.add_option("--profiler-address", flags->profiler_address, "Accepted without effect")->group("");
  add_serving_flags(command, flags->serve);
  add_client_flags(command, flags->serve);
  add_pem_limit_flags(command, flags->serve.rules.pem_limits);
  add_logging_flags(command);
  command.callback([flags, &exit_code] { exit_code = run_webhook(*flags); });
}

}  // namespace cw::cli
