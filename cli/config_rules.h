// The rules of configuration: each with its id, its source and a check; flags and files go through the same
// ones. All run, and every error names the member's path. Pure. Source: reference/admission.md 3.9,
// CFG-01…30; those that are ours or that the field only meets later, while it starts, say so.
#pragma once

#include <chrono>
#include <cstddef>
#include <span>

#include "cli/settings.h"
#include "lib/kube/field_error.h"
#include "webhook/rules/rule.h"

namespace cw::cli {

kube::FieldErrors check_settings(const WebhookSettings&);
kube::FieldErrors check_settings(const ControllerSettings&);
kube::FieldErrors check_settings(const CaInjectorSettings&);
// Of the settings that standalone shares with the controller.
kube::FieldErrors check_issuance(const ControllerSettings&);

// Every rule that a component's configuration goes through.
webhook::RuleList webhook_config_rules();
webhook::RuleList controller_config_rules();
webhook::RuleList cainjector_config_rules();

// All rules of a table; `at` is the path of the part that it judges.
template <typename T, std::size_t N>
kube::FieldErrors run(const webhook::Rule<T> (&table)[N], const T& settings, const kube::FieldPath& at = {}) {
  return webhook::run_rules(std::span<const webhook::Rule<T>>(table), settings, at, {});
}
kube::FieldErrors not_negative(const kube::FieldPath& at, std::chrono::seconds);

// Tables of the parts that components share; `at` is the path of the part.
kube::FieldErrors check_logging(const LoggingSettings&);
kube::FieldErrors check_pem(const PemSettings&);
kube::FieldErrors check_tls(const webhook::TlsSource&, const kube::FieldPath& at);
kube::FieldErrors check_tls_versions(const webhook::TlsSource&, const kube::FieldPath& at);
kube::FieldErrors check_election(const controller::ControllerOptions&);
kube::FieldErrors check_common_of_controller(const CommonSettings&);
void list_common_rules_of_controller(webhook::RuleList&);
void list_logging_rules(webhook::RuleList&);
void list_pem_rules(webhook::RuleList&);
void list_tls_rules(webhook::RuleList&);
void list_tls_version_rules(webhook::RuleList&);
void list_election_rules(webhook::RuleList&);

}  // namespace cw::cli
