#include "cli/standalone.h"

#include <condition_variable>
#include <mutex>
#include <optional>

#include "cli/house_keeper.h"
#include "controller/manager.h"
#include "lib/api/names.h"
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

// Whether other servers write to the same storage.
bool is_shared(const StandaloneOptions& options) { return !options.server.etcd.servers.empty(); }

apiserver::ApiServerOptions server_options(const StandaloneOptions& options, const HouseKeeper& keeper) {
  apiserver::ApiServerOptions server = options.server;
  if (!options.serve_policies && !options.policy.on) {
    server.serves_kind = [](const schemas::KindSchema& kind) {
      return kind.resource.group != api::kPolicyGroup;
    };
  }
  if (is_shared(options)) server.keeps_house = [&keeper] { return keeper.leads(); };
  return server;
}

struct ControllerParts {
  apiserver::InProcessClient& client;
  const controller::AcmeWorld& acme;
  const Clock& clock;
  pki::KeyMaker& keys;
};

// The controllers, until `stop`. Where several servers share a storage those of one of them work at a time;
// who loses the lease stands for it again, for this process has requests to answer meanwhile.
Status run_controllers(const StandaloneOptions& options, const ControllerParts& parts,
                       const std::stop_token& stop, std::function<void()> on_started) {
  while (!stop.stop_requested()) {
    std::stop_source round;
    const std::stop_callback on_stop(stop, [&] { round.request_stop(); });
    controller::Manager manager(options.controller, parts.client, parts.client, parts.clock, parts.keys);
    manager.use_acme(parts.acme);
    manager.on_lost([&](const Error&) { round.request_stop(); });
    TRY(manager.start());
    if (on_started) std::exchange(on_started, nullptr)();
    wait_until_stopped(round.get_token());
    manager.stop();
  }
  return Done{};
}

}  // namespace

Status run_standalone(const StandaloneOptions& options, std::stop_token stop,
                      const std::function<void(const std::string&)>& on_ready) {
  const SystemClock clock;
  pki::SystemKeyMaker keys;
  BoundLater admitter;
  HouseKeeper house_keeper;
  const auto server = TRY(apiserver::ApiServer::create(server_options(options, house_keeper), clock,
                                                       options.admission ? &admitter : nullptr, keys));

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
  if (is_shared(options)) house_keeper.start(*controller_client, *controller_client, clock);
  const Status ended = run_controllers(options, {*controller_client, acme.world(), clock, keys}, stop, [&] {
    on_ready(server->url());
    facts.start();
    gate.start();
  });
  house_keeper.stop();
  acme.stop();
  gate.stop();
  facts.stop();
  server->stop();
  return ended;
}

}  // namespace cw::cli
