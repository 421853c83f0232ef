#include "cli/config_rules.h"

#include "cli/feature_gates.h"
#include "cli/policy_flags.h"
#include "webhook/advice/enforcement.h"
#include "webhook/listen_address.h"
#include "webhook/rules/shown.h"

namespace cw::cli {
namespace {

using kube::FieldErrors;
using kube::FieldPath;
using webhook::append;
using webhook::Rule;
using webhook::shown;

FieldErrors port(const FieldPath& at, std::int64_t value) {
  constexpr std::int64_t kMaxPort = 65535;
  if (value >= 0 && value <= kMaxPort) return {};
  return {kube::invalid(at, shown(value), "must be from 0 to 65535")};
}

FieldErrors metrics_address(const CommonSettings& common, const FieldPath& at) {
  if (common.metrics_address == "0") return {};
  const auto parsed = webhook::parse_listen_address(common.metrics_address);
  if (parsed) return {};
  return {kube::invalid(at.child("metricsListenAddress"), kube::quoted(common.metrics_address),
                        parsed.error().message)};
}

template <Component component>
FieldErrors gates(const CommonSettings& common, const FieldPath& at) {
  return choose_gates(component, common.feature_gates, at.child("featureGates")).errors;
}

FieldErrors enforced_rules(const WebhookSettings& settings, const FieldPath& at) {
  FieldErrors all;
  for (std::size_t i = 0; i < settings.enforce.size(); ++i) {
    const auto parsed = webhook::parse_enforcement({settings.enforce[i]});
    if (parsed) continue;
    all.push_back(kube::invalid(at.child("enforce").index(i), kube::quoted(settings.enforce[i]),
                                parsed.error().message));
  }
  return all;
}

constexpr std::string_view kAtStart = "reference/admission.md 3.8, at start-up in the field";

constexpr Rule<WebhookSettings> kWebhook[] = {
    {"config.healthzPort.range", "CFG-07",
     [](const WebhookSettings& s, const FieldPath& at) {
       return port(at.child("healthzPort"), s.healthz_port);
     }},
    {"config.securePort.range", "CFG-08",
     [](const WebhookSettings& s, const FieldPath& at) {
       return port(at.child("securePort"), s.secure_port);
     }},
    {"config.clientCAPath.required", kAtStart,
     [](const WebhookSettings& s, const FieldPath& at) {
       if (!s.client_verification || !s.client_ca.empty()) return FieldErrors{};
       return FieldErrors{kube::required(at.child("clientCAPath"), "must be given to verify clients")};
     }},
    {"config.enforce.known", "ours", enforced_rules},
    {"config.shutdownLinger.minimum", "ours",
     [](const WebhookSettings& s, const FieldPath& at) {
       return not_negative(at.child("shutdownLinger"), s.shutdown_linger);
     }},
    {"config.shutdownDrain.minimum", "ours",
     [](const WebhookSettings& s, const FieldPath& at) {
       return not_negative(at.child("shutdownDrain"), s.shutdown_drain);
     }},
};

constexpr Rule<CommonSettings> kMetricsAddress[] = {
    {"config.metricsListenAddress.syntax", "reference/admission.md 3.7, at start-up in the field",
     metrics_address},
};

template <Component component>
constexpr Rule<CommonSettings> kGates[] = {
    {"config.featureGates.known", "reference/admission.md 3.10", gates<component>},
};

constexpr Rule<CaInjectorSettings> kCaInjector[] = {
    {"config.ignoreNamespaces.alone", "CFG-19",
     [](const CaInjectorSettings& s, const FieldPath& at) {
       if (s.name_space.empty() || s.ignored_namespaces.empty()) return FieldErrors{};
       return FieldErrors{
           kube::forbidden(at.child("ignoreNamespaces"), "must not be given together with namespace")};
     }},
};

}  // namespace

FieldErrors not_negative(const FieldPath& at, std::chrono::seconds time) {
  if (time.count() >= 0) return {};
  return {kube::invalid(at, shown(Duration(time)), "must not be negative")};
}

FieldErrors check_settings(const WebhookSettings& settings) {
  FieldErrors all = check_tls(settings.tls, FieldPath("tlsConfig"));
  append(all, check_tls_versions(settings.tls, FieldPath("tlsConfig")));
  append(all, check_tls_versions(settings.common.metrics_tls, FieldPath("metricsTLSConfig")));
  append(all, run(kWebhook, settings));
  append(all, run(kMetricsAddress, settings.common));
  append(all, run(kGates<Component::Webhook>, settings.common));
  append(all, check_policy(settings.policy));
  append(all, check_policy_admission(settings.policy));
  append(all, check_pem(settings.pem));
  append(all, check_logging(settings.common.logging));
  return all;
}

webhook::RuleList webhook_config_rules() {
  webhook::RuleList all;
  list_tls_rules(all);
  list_tls_version_rules(all);
  webhook::list_rows(all, kWebhook);
  webhook::list_rows(all, kMetricsAddress);
  webhook::list_rows(all, kGates<Component::Webhook>);
  list_policy_config_rules(all);
  list_policy_admission_config_rules(all);
  list_pem_rules(all);
  list_logging_rules(all);
  return all;
}

FieldErrors check_common_of_controller(const CommonSettings& common) {
  FieldErrors all = run(kMetricsAddress, common);
  append(all, run(kGates<Component::Controller>, common));
  append(all, check_logging(common.logging));
  return all;
}

void list_common_rules_of_controller(webhook::RuleList& into) {
  webhook::list_rows(into, kMetricsAddress);
  webhook::list_rows(into, kGates<Component::Controller>);
  list_logging_rules(into);
}

FieldErrors check_settings(const CaInjectorSettings& settings) {
  FieldErrors all = run(kCaInjector, settings);
  append(all, run(kGates<Component::CaInjector>, settings.common));
  append(all, check_election(settings.options));
  append(all, check_logging(settings.common.logging));
  return all;
}

webhook::RuleList cainjector_config_rules() {
  webhook::RuleList all;
  webhook::list_rows(all, kCaInjector);
  webhook::list_rows(all, kGates<Component::CaInjector>);
  list_election_rules(all);
  list_logging_rules(all);
  return all;
}

}  // namespace cw::cli
