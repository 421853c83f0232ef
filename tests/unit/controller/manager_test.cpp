// The manager with all its threads, against an API server in memory.
#include "controller/manager.h"

#include <mutex>
#include <thread>

#include <catch2/catch.hpp>

#include "lib/api/resources.h"
#include "tests/unit/controller/scene.h"

namespace {

using namespace cw;                     // tests only
using namespace cw::controller::tests;  // tests only

controller::ControllerOptions quick() {
  controller::ControllerOptions options;
  options.lease_duration = std::chrono::seconds(60);
  return options;
}

template <typename Condition>
void until(Condition condition) {
  while (!condition()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

}  // namespace

TEST_CASE("manager: leads, issues what is applied while it runs, and gives the lease back", "[controller]") {
  Scene scene;
  controller::Manager manager(quick(), scene.kube, scene.kube, scene.clock, scene.key_maker);
  REQUIRE(manager.start());
  until([&] { return manager.synced(); });
  scene.add_ca("mesh");
  constexpr int kCount = 20;
  for (int i = 0; i < kCount; ++i) {
    scene.apply(api::kCertificates, certificate("mesh", "web" + std::to_string(i)));
  }
  until([&] {
    for (const auto& stored : scene.list(api::kCertificates)) {
      if (ready(stored) != "True/Ready") return false;
    }
    return true;
  });
  manager.stop();
  for (int i = 0; i < kCount; ++i) {
    CHECK(scene.read(api::kCertificateRequests, "mesh", "web" + std::to_string(i) + "-1").is_object());
  }
  CHECK(scene.creates_of("certificaterequests") == kCount + 1);
  const auto lease = scene.read(api::kLeases, "kube-system", "cert-manager-controller");
  CHECK(lease["spec"].value("holderIdentity", std::string("none")).empty());
}

TEST_CASE("manager: options that contradict each other are refused", "[controller]") {
  Scene scene;
  auto options = quick();
  SECTION("a lease that ends before it is renewed") { options.renew_deadline = options.lease_duration; }
  SECTION("renewals further apart than they may be") { options.retry_period = options.renew_deadline; }
  SECTION("an unknown controller") { options.controllers = {"nonsense"}; }
  SECTION("back-offs the wrong way round") {
    options.certificate_request_maximum_backoff = std::chrono::minutes(1);
  }
  SECTION("no address") { options.metrics_listen_address = "somewhere"; }
  controller::Manager manager(options, scene.kube, scene.kube, scene.clock, scene.key_maker);
  const auto started = manager.start();
  REQUIRE_FALSE(started);
  CHECK(started.error().code == Code::Invalid);
}
