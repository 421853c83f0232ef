#include "controller/acme/webhook_publisher.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "lib/base/ascii.h"
#include "lib/kube/json_access.h"

namespace cw::controller::acme {
namespace {

// They become part of a path that is asked for with the controller's rights.
bool is_path_name(std::string_view name) {
  return !name.empty() && name.size() <= 253 && is_alphanumeric(name.front()) &&
         is_alphanumeric(name.back()) &&
         std::ranges::all_of(name, [](char c) { return is_alphanumeric(c) || c == '-' || c == '.'; });
}

}  // namespace

Result<std::shared_ptr<dns01::TxtPublisher>> WebhookPublisher::create(kube::KubeWriter& writer,
                                                                      const api::Dns01Webhook& webhook,
                                                                      WebhookScope scope) {
  if (!is_path_name(webhook.group_name)) {
    return Error{Code::Invalid, "dns01.webhook.groupName: it is no name of an API group"};
  }
  if (!is_path_name(webhook.solver_name)) {
    return Error{Code::Invalid, "dns01.webhook.solverName: it is no name of a resource"};
  }
  if (scope.dns_name.starts_with("*.")) scope.dns_name.erase(0, 2);
  return std::shared_ptr<dns01::TxtPublisher>(new WebhookPublisher(writer, webhook, std::move(scope)));
}

Status WebhookPublisher::ask(std::string_view action, const dns01::TxtRecord& record) {
  kube::Json request = {{"uid", ""},
                        {"action", action},
                        {"type", "dns-01"},
                        {"dnsName", scope_.dns_name},
                        {"key", record.value},
                        {"resourceNamespace", scope_.resource_namespace},
                        {"resolvedFQDN", record.name},
                        {"resolvedZone", record.zone},
                        {"allowAmbientCredentials", scope_.ambient_credentials}};
  if (!webhook_.config.text.empty()) request["config"] = TRY(kube::parse_json(webhook_.config.text));
  const kube::Json payload = {{"apiVersion", "webhook.acme.cert-manager.io/v1alpha1"},
                              {"kind", "ChallengePayload"},
                              {"metadata", kube::Json::object()},
                              {"request", std::move(request)}};
  const kube::Resource resource{webhook_.group_name, "v1alpha1", webhook_.solver_name, "ChallengePayload",
                                false};
  const std::string solver = "DNS-01 webhook " + webhook_.solver_name + "." + webhook_.group_name + ": ";
  const auto answer = writer_.create(resource, payload);
  if (!answer) return Error{answer.error().code, solver + answer.error().message};
  const kube::Json& response = kube::object_member(*answer, "response");
  if (kube::true_member(response, "success")) return Done{};
  const auto said = kube::text_at(response, {"status", "message"});
  return Error{Code::Invalid, solver + (said.empty() ? "it did not say why it failed" : said)};
}

}  // namespace cw::controller::acme
