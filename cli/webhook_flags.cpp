#include "cli/component_settings.h"
#include "cli/flags.h"
#include "cli/policy_flags.h"

namespace cw::cli {
namespace {

void add_client_flags(ComponentFlags& flags, WebhookSettings& settings) {
  flags.toggle({"enableClientVerification", "--enable-client-verification", "Ask callers for a certificate"},
               settings.client_verification);
  // As in the field, not relative to the file's folder.
  flags.text({"clientCAPath", "--client-ca-path", "PEM of the CA that callers' certificates come from"},
             settings.client_ca);
  flags.list({"clientCertificateSubjects", "--client-subject-names",
              "Names of which a caller's certificate must carry one"},
             settings.client_subjects);
}

void add_own_flags(ComponentFlags& flags, WebhookSettings& settings) {
  flags.list({"enforce", "--enforce", "Advice rules that refuse instead of warning; all is every one"},
             settings.enforce);
  flags.toggle({"adviceLookups", "--advice-lookups", "Watch issuers and Secrets, to warn of what is missing"},
               settings.advice_lookups);
  flags.text({"clusterResourceNamespace", "--cluster-resource-namespace",
              "Where the controller keeps the Secrets of ClusterIssuers, to warn of their CAs"},
             settings.cluster_resource_namespace);
  flags.list({"webhookConfigurations", "--webhook-configurations",
              "Webhook configurations whose caBundle is kept; empty: those that name our CA Secret"},
             settings.webhook_configurations);
  flags.duration({"shutdownLinger", "--shutdown-linger",
                  "How long it goes on serving, not ready, once it is told to stop"},
                 settings.shutdown_linger);
  flags.duration({"shutdownDrain", "--shutdown-drain", "How long requests under way may take to end then"},
                 settings.shutdown_drain);
}

}  // namespace

ComponentFlags add_webhook_flags(CLI::App& command, WebhookSettings& settings) {
  ComponentFlags flags(command, "webhook.config.cert-manager.io/v1alpha1", "WebhookConfiguration");
  flags.whole({"securePort", "--secure-port", "HTTPS port; 0 takes any free one"}, settings.secure_port);
  flags.whole({"healthzPort", "--healthz-port", "Plain HTTP port of /healthz and /livez"},
              settings.healthz_port);
  flags.text({"apiServerHost", "--api-server-host"}, settings.common.api_server);
  add_common_flags(flags, settings.common);
  add_tls_flags(flags, {"tlsConfig", ""}, settings.tls);
  add_client_flags(flags, settings);
  add_pem_flags(flags, settings.pem);
  add_own_flags(flags, settings);
  add_policy_flags(flags, settings.policy);
  add_policy_admission_flags(flags, settings.policy);
  add_logging_flags(flags, settings.common.logging);
  return flags;
}

}  // namespace cw::cli
