// WebhookPublisher: a DNS provider behind an aggregated API that its users have installed: a ChallengePayload
// is created there, and its answer says how it went. Source: cert-manager's
// webhook.acme.cert-manager.io/v1alpha1, reference/controllers.md 6.3. Thread-safe. Errors: Invalid (names
// that cannot be; the solver said no), else as the API server answered.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "lib/api/dns01.h"
#include "lib/dns01/publisher.h"
#include "lib/kube/client.h"

namespace cw::controller::acme {

struct WebhookScope {
  std::string dns_name;  // spec.dnsName of the Challenge, without "*."
  std::string resource_namespace;
  bool ambient_credentials = false;
};

class WebhookPublisher final : public dns01::TxtPublisher {
 public:
  static Result<std::shared_ptr<dns01::TxtPublisher>> create(kube::KubeWriter&, const api::Dns01Webhook&,
                                                             WebhookScope);

  Status present(const dns01::TxtRecord& record) override { return ask("Present", record); }
  Status clean_up(const dns01::TxtRecord& record) override { return ask("CleanUp", record); }

 private:
  WebhookPublisher(kube::KubeWriter& writer, api::Dns01Webhook webhook, WebhookScope scope)
      : writer_(writer), webhook_(std::move(webhook)), scope_(std::move(scope)) {}

  Status ask(std::string_view action, const dns01::TxtRecord&);

  kube::KubeWriter& writer_;
  api::Dns01Webhook webhook_;
  WebhookScope scope_;
};

}  // namespace cw::controller::acme
