#include "cli/standalone.h"

#include <condition_variable>
#include <mutex>
#include <optional>

#include "controller/manager.h"
#include "lib/base/clock.h"
#include "lib/pki/private_key.h"
#include "webhook/advice/cluster_facts.h"
#include "webhook/gate_world.h"
#include "webhook/policy/access_reviews.h"
#include "webhook/policy/discovered_signers.h"
#include "webhook/review.h"

namespace cw::cli {
namespace {

constexpr const char* kWebhookUser = "system:serviceaccount:cert-manager:cert-manager-webhook";
constexpr const char* kControllerUser = "system:serviceaccount:cert-manager:cert-manager";

// The API server is made with an admitter, and the admitter asks the API server about approvals: this breaks
// the circle. bind() comes before the first request.
class BoundLater final : public kube::Admitter {
 public:
  std::string review(kube::AdmissionStep step, std::string_view review_json) override {
    CW_ASSERT(to_ != nullptr);
    return to_->review(step, review_json);
  }
  void bind(kube::Admitter& to) { to_ = &to; }

 private:
  kube::Admitter* to_ = nullptr;
};

void wait_until_stopped(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait(lock, stop, [] { return false; });
}

}  // namespace

Status run_standalone(const StandaloneOptions& options, std::stop_token stop,
                      const std::function<void(const std::string&)>& on_ready) {
  const SystemClock clock;
  pki::SystemKeyMaker keys;
  BoundLater admitter;
  const auto server = TRY(apiserver::ApiServer::create(options.server, clock, &admitter, keys));

  const auto webhook_client = server->local_client(kWebhookUser);
  webhook::DiscoveredSigners signers(*webhook_client, clock);
  // In process there is no network that could fail for a moment, so nothing is waited for.
  webhook::AccessReviews access(*webhook_client, clock, [](std::chrono::milliseconds) {});
  webhook::ClusterFacts facts(
      *webhook_client, {.cluster_resource_namespace = options.controller.cluster_resource_namespace}, clock);
  webhook::GateWorld gate(options.policy,
                          {*webhook_client, *webhook_client, clock, facts, [](std::chrono::milliseconds) {}});
  const webhook::Facts* told = &webhook::kNoFacts;
  if (options.advice_lookups) told = &facts;
  webhook::ReviewAnswer reviews(options.rules, {signers, access}, {told, &clock, options.enforcement},
                                gate.parts(options.rules, nullptr));
  admitter.bind(reviews);
  TRY(server->start());

  const auto controller_client = server->local_client(kControllerUser);
  StandaloneAcme acme(options.controller.acme, options.answerers, clock, keys);
  TRY(acme.start());
  controller::Manager manager(options.controller, *controller_client, *controller_client, clock, keys);
  manager.use_acme(acme.world());
  TRY(manager.start());
  on_ready(server->url());
  facts.start();
  gate.start();
  wait_until_stopped(stop);
  manager.stop();
  acme.stop();
  gate.stop();
  facts.stop();
  server->stop();
  return Done{};
}

}  // namespace cw::cli
