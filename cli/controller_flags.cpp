#include "cli/component_settings.h"
#include "cli/flags.h"
#include "cli/policy_flags.h"

namespace cw::cli {
namespace {

void add_election_flags(ComponentFlags& flags, controller::ControllerOptions& options) {
  const std::string at = "leaderElectionConfig.";
  flags.toggle({at + "enabled", "--leader-elect", "Only one replica works at a time"}, options.leader_elect);
  flags.text({at + "namespace", "--leader-election-namespace", "Where the Lease is"},
             options.leader_election_namespace);
  flags.duration({at + "leaseDuration", "--leader-election-lease-duration", "How long a lease is held"},
                 options.lease_duration);
  flags.duration(
      {at + "renewDeadline", "--leader-election-renew-deadline", "How long the leader tries to renew it"},
      options.renew_deadline);
  flags.duration({at + "retryPeriod", "--leader-election-retry-period", "Pause between tries"},
                 options.retry_period);
}

void add_ingress_flags(ComponentFlags& flags, ControllerSettings& settings) {
  const std::string at = "ingressShimConfig.";
  flags.text({at + "defaultIssuerName", "--default-issuer-name"}, settings.default_issuer_name);
  flags.text({at + "defaultIssuerKind", "--default-issuer-kind"}, settings.default_issuer_kind);
  flags.text({at + "defaultIssuerGroup", "--default-issuer-group"}, settings.default_issuer_group);
  flags.list({at + "defaultAutoCertificateAnnotations", "--auto-certificate-annotations"},
             settings.auto_certificate_annotations);
  flags.list({at + "extraCertificateAnnotations", "--extra-certificate-annotations"},
             settings.extra_certificate_annotations);
}

void add_solver_flags(ComponentFlags& flags, ControllerSettings& settings) {
  const std::string at = "acmeHTTP01Config.";
  const std::string flag = "--acme-http01-solver-";
  flags.text({at + "solverImage", flag + "image"}, settings.solver_image);
  flags.quantity({at + "solverResourceRequestCPU", flag + "resource-request-cpu"},
                 settings.solver_request_cpu);
  flags.quantity({at + "solverResourceRequestMemory", flag + "resource-request-memory"},
                 settings.solver_request_memory);
  flags.quantity({at + "solverResourceLimitsCPU", flag + "resource-limits-cpu"}, settings.solver_limit_cpu);
  flags.quantity({at + "solverResourceLimitsMemory", flag + "resource-limits-memory"},
                 settings.solver_limit_memory);
  flags.toggle({at + "solverRunAsNonRoot", flag + "run-as-non-root"}, settings.solver_run_as_non_root);
  flags.labels({at + "solverExtraLabels", flag + "extra-labels"}, settings.solver_labels);
  flags.text({at + "solverRuntimeClassName", flag + "runtime-class-name"}, settings.solver_runtime_class);
}

void add_challenge_flags(ComponentFlags& flags, ControllerSettings& settings) {
  const std::string at = "acmeDNS01Config.";
  flags.list({at + "recursiveNameservers", "--dns01-recursive-nameservers",
              "host:port or https URL: whom to ask for zones and records; empty: the system's"},
             settings.recursive_nameservers);
  flags.toggle({at + "recursiveNameserversOnly", "--dns01-recursive-nameservers-only",
                "Do not ask the zone's own name servers"},
               settings.recursive_nameservers_only);
  flags.duration({at + "checkRetryPeriod", "--dns01-check-retry-period",
                  "The longest time between two looks at a challenge's answer"},
                 settings.check_retry_period);
  flags.whole({at + "authoritativePort", "--dns01-authoritative-port", "Port of the zones' own name servers"},
              settings.authoritative_port);
  flags.list({"acmeHTTP01Config.solverNameservers", "--acme-http01-solver-nameservers",
              "host:port: who resolves names for a look at an answer; empty: the system's"},
             settings.solver_nameservers);
  flags.whole({"acmeHTTP01Config.checkPort", "--acme-http01-check-port", "Port at which the CA will look"},
              settings.http01_check_port);
  flags.whole({"maxConcurrentChallenges", "--max-concurrent-challenges", "Challenges under way at once"},
              settings.max_challenges);
  flags.toggle({"issuerAmbientCredentials", "--issuer-ambient-credentials"},
               settings.issuer_ambient_credentials);
  flags.toggle({"clusterIssuerAmbientCredentials", "--cluster-issuer-ambient-credentials"},
               settings.cluster_issuer_ambient_credentials);
}

void add_gateway_flags(ComponentFlags& flags, ControllerSettings& settings) {
  flags.toggle({"gatewayAPI.enabled", "--enable-gateway-api"}, settings.gateway_api);
  flags.toggle({"gatewayAPI.enableListenerSet", "--enable-gateway-api-listenerset"}, settings.listener_sets);
  flags.list({"gatewayAPI.extraProtocols", "--gateway-api-extra-protocols"}, settings.gateway_protocols);
  // Deprecated twins of two of them.
  flags.member({"enableGatewayAPI", "enable-gateway-api", MemberType::Toggle});
  flags.member({"enableGatewayAPIListenerSet", "enable-gateway-api-listenerset", MemberType::Toggle});
}

}  // namespace

void add_issuance_flags(ComponentFlags& flags, ControllerSettings& settings) {
  controller::ControllerOptions& options = settings.options;
  flags.text({"namespace", "--namespace", "Look at this namespace only; empty: at all"}, options.name_space);
  flags.text(
      {"clusterResourceNamespace", "--cluster-resource-namespace", "Where the Secrets of ClusterIssuers are"},
      options.cluster_resource_namespace);
  flags.list({"controllers", "--controllers", "Controllers to run; * is all, -name leaves one out"},
             options.controllers);
  flags.whole({"numberOfConcurrentWorkers", "--concurrent-workers", "Passes at once, for each controller"},
              settings.workers);
  flags.toggle(
      {"enableCertificateOwnerRef", "--enable-certificate-owner-ref", "Delete a Secret with its Certificate"},
      options.enable_certificate_owner_ref);
  flags.list({"copiedAnnotationPrefixes", "--copied-annotation-prefixes",
              "Annotations that a request takes over from its Certificate; -prefix leaves out"},
             options.copied_annotation_prefixes);
  flags.duration({"certificateRequestMinimumBackoffDuration",
                  "--certificate-request-minimum-backoff-duration", "Wait after the first failed issuance"},
                 options.certificate_request_minimum_backoff);
  flags.duration({"certificateRequestMaximumBackoffDuration",
                  "--certificate-request-maximum-backoff-duration", "Longest wait after failed issuances"},
                 options.certificate_request_maximum_backoff);
  flags.whole({"maxReissuesPerHour", "--max-reissues-per-hour",
               "After so many, a Certificate with the same spec waits for the hour to pass; 0: no limit"},
              settings.max_reissues);
  add_challenge_flags(flags, settings);
}

ComponentFlags add_controller_flags(CLI::App& command, ControllerSettings& settings) {
  ComponentFlags flags(command, "controller.config.cert-manager.io/v1alpha1", "ControllerConfiguration");
  flags.text({"apiServerHost", "--master"}, settings.common.api_server);
  flags.number({"kubernetesAPIQPS", "--kube-api-qps",
                "Requests a second to an API server without priority and fairness; -1: no limit"},
               settings.qps);
  flags.whole({"kubernetesAPIBurst", "--kube-api-burst", "Of these, at once after a rest"}, settings.burst);
  add_common_flags(flags, settings.common);
  add_issuance_flags(flags, settings);
  flags.text(
      {"shard", "--shard", "i/n: of n controllers at work this is the one for part i of the namespaces"},
      settings.shard);
  add_election_flags(flags, settings.options);
  flags.duration({"leaderElectionConfig.healthzTimeout", "--internal-healthz-leader-election-timeout"},
                 settings.healthz_timeout);
  flags.text({"healthzListenAddress", "--internal-healthz-listen-address"},
             settings.options.healthz_listen_address);
  add_ingress_flags(flags, settings);
  add_solver_flags(flags, settings);
  add_gateway_flags(flags, settings);
  add_pem_flags(flags, settings.pem);
  add_policy_flags(flags, settings.policy);
  add_logging_flags(flags, settings.common.logging);
  return flags;
}

ComponentFlags add_cainjector_flags(CLI::App& command, CaInjectorSettings& settings) {
  ComponentFlags flags(command, "cainjector.config.cert-manager.io/v1alpha1", "CAInjectorConfiguration");
  add_common_flags(flags, settings.common);
  flags.text({"namespace", "--namespace"}, settings.name_space);
  flags.list({"ignoreNamespaces", "--ignore-namespaces"}, settings.ignored_namespaces);
  add_election_flags(flags, settings.options);
  flags.toggle({"enableDataSourceConfig.certificates", "--enable-certificates-data-source"},
               settings.certificates);
  const std::string at = "enableInjectableConfig.";
  flags.toggle(
      {at + "validatingWebhookConfigurations", "--enable-validatingwebhookconfigurations-injectable"},
      settings.validating_webhooks);
  flags.toggle({at + "mutatingWebhookConfigurations", "--enable-mutatingwebhookconfigurations-injectable"},
               settings.mutating_webhooks);
  flags.toggle({at + "customResourceDefinitions", "--enable-customresourcedefinitions-injectable"},
               settings.custom_resource_definitions);
  flags.toggle({at + "apiServices", "--enable-apiservices-injectable"}, settings.api_services);
  add_logging_flags(flags, settings.common.logging);
  return flags;
}

}  // namespace cw::cli
