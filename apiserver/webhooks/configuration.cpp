#include "apiserver/webhooks/configuration.h"

#include <nlohmann/json.hpp>

#include "apiserver/json_access.h"
#include "lib/base/encoding.h"

namespace cw::apiserver::webhooks {
namespace {

std::vector<std::string> texts(const Json& object, std::string_view name) {
  std::vector<std::string> values;
  for (const Json& value : array_member(object, name)) {
    if (value.is_string()) values.push_back(value.get<std::string>());
  }
  return values;
}

int number_or(const Json& object, std::string_view name, int fallback) {
  const Json* value = find_member(object, name);
  return value != nullptr && value->is_number_integer() ? value->get<int>() : fallback;
}

Scope scope_of(const Json& rule) {
  const std::string scope = text_member(rule, "scope");
  if (scope == "Cluster") return Scope::Cluster;
  return scope == "Namespaced" ? Scope::Namespaced : Scope::Any;
}

kube::LabelSelector decode_selector(const Json& hook, std::string_view name) {
  Result<kube::LabelSelector> selector = kube::LabelSelector::decode(object_member(hook, name));
  return selector ? std::move(selector).value() : kube::LabelSelector();
}

Webhook decode_webhook(const Json& hook, WebhookKind kind, const cel::Environment& environment) {
  const std::string effects = text_member(hook, "sideEffects");
  Webhook webhook{.kind = kind,
                  .name = text_member(hook, "name"),
                  .configuration = {},
                  .identity = {},
                  .target = decode_target(object_member(hook, "clientConfig")),
                  .rules = {},
                  .namespaces = decode_selector(hook, "namespaceSelector"),
                  .objects = decode_selector(hook, "objectSelector"),
                  .conditions = MatchConditions::compile(array_member(hook, "matchConditions"), environment),
                  .fails_open = text_member(hook, "failurePolicy") == "Ignore",
                  .takes_equivalent = text_member(hook, "matchPolicy") != "Exact",
                  .is_dry_run_safe = effects == "None" || effects == "NoneOnDryRun",
                  .wants_reinvocation = text_member(hook, "reinvocationPolicy") == "IfNeeded",
                  .review_version = spoken_version(array_member(hook, "admissionReviewVersions")),
                  .timeout = std::chrono::seconds(number_or(hook, "timeoutSeconds", 10))};
  for (const Json& rule : array_member(hook, "rules")) {
    webhook.rules.push_back({texts(rule, "operations"), texts(rule, "apiGroups"), texts(rule, "apiVersions"),
                             texts(rule, "resources"), scope_of(rule)});
  }
  return webhook;
}

}  // namespace

// A bundle of nothing but space is none.
Target decode_target(const Json& client_config) {
  const Json& service = object_member(client_config, "service");
  std::string ca_pem = decode_base64(text_member(client_config, "caBundle")).value_or(std::string());
  if (ca_pem.find_first_not_of(" \t\r\n") == std::string::npos) ca_pem.clear();
  return {.url = text_member(client_config, "url"),
          .name_space = text_member(service, "namespace"),
          .service = text_member(service, "name"),
          .path = text_member(service, "path"),
          .port = number_or(service, "port", 443),
          .ca_pem = std::move(ca_pem)};
}

std::string spoken_version(const Json& review_versions) {
  for (const Json& version : review_versions) {
    if (version == "v1" || version == "v1beta1") return version.get<std::string>();
  }
  return {};
}

std::vector<Webhook> decode_webhooks(const Json& configuration, WebhookKind kind,
                                     const cel::Environment& environment) {
  std::vector<Webhook> webhooks;
  for (const Json& hook : array_member(configuration, "webhooks")) {
    Webhook webhook = decode_webhook(hook, kind, environment);
    webhook.configuration = metadata_text(configuration, "name");
    webhook.identity = webhook.configuration + "/" + webhook.name + "/" + std::to_string(webhooks.size());
    webhooks.push_back(std::move(webhook));
  }
  return webhooks;
}

}  // namespace cw::apiserver::webhooks
