#include "apiserver/webhooks/configuration_kinds.h"

#include <nlohmann/json.hpp>

#include "apiserver/human_age.h"
#include "apiserver/json_access.h"
#include "apiserver/webhooks/configuration_checks.h"

namespace cw::apiserver {
namespace {

void set_if_absent(Json& object, const char* name, Json value) {
  if (!object.contains(name)) object[name] = std::move(value);
}

void fill_hook(Json& hook) {
  set_if_absent(hook, "failurePolicy", "Fail");
  set_if_absent(hook, "matchPolicy", "Equivalent");
  set_if_absent(hook, "namespaceSelector", Json::object());
  set_if_absent(hook, "objectSelector", Json::object());
  set_if_absent(hook, "timeoutSeconds", 10);
  if (const auto rules = hook.find("rules"); rules != hook.end()) {
    for (Json& rule : *rules) set_if_absent(rule, "scope", "*");
  }
  Json& client = make_object(hook, "clientConfig");
  if (const auto service = client.find("service"); service != client.end()) {
    set_if_absent(*service, "port", 443);
  }
}

void fill_validating(Json& configuration) {
  const auto hooks = configuration.find("webhooks");
  if (hooks == configuration.end()) return;
  for (Json& hook : *hooks) fill_hook(hook);
}

void fill_mutating(Json& configuration) {
  fill_validating(configuration);
  const auto hooks = configuration.find("webhooks");
  if (hooks == configuration.end()) return;
  for (Json& hook : *hooks) set_if_absent(hook, "reinvocationPolicy", "Never");
}

std::vector<Json> cells(const Json& object, TimePoint now) {
  return {metadata_text(object, "name"), array_member(object, "webhooks").size(),
          human_age(metadata_text(object, "creationTimestamp"), now)};
}

ResourceRow row(kube::Resource resource, std::string singular, KindRules rules) {
  return {.resource = resource,
          .singular = std::move(singular),
          .list_kind = std::string(resource.kind) + "List",
          .categories = {"api-extensions"},
          .verbs = {"create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"},
          .definition = "io.k8s.api.admissionregistration.v1." + std::string(resource.kind),
          .stored_as = kube::group_resource(resource),
          .unconditional_update = false,
          .counts_generation = true,
          .rules = rules,
          .table = {
              {{.name = "Name", .format = "name"}, {.name = "Webhooks", .type = "integer"}, {.name = "Age"}},
              cells}};
}

}  // namespace

std::vector<ResourceRow> webhook_configuration_rows() {
  return {
      row({kRegistrationGroup, "v1", "mutatingwebhookconfigurations", "MutatingWebhookConfiguration", false},
          "mutatingwebhookconfiguration", {.fill = fill_mutating, .check = webhooks::check_configuration}),
      row({kRegistrationGroup, "v1", "validatingwebhookconfigurations", "ValidatingWebhookConfiguration",
           false},
          "validatingwebhookconfiguration",
          {.fill = fill_validating, .check = webhooks::check_configuration})};
}

}  // namespace cw::apiserver
