// Solvers that cannot put an answer up, or not take it down again: nobody else waits, and nothing stays.
#include "tests/unit/controller_acme/orders_scene.h"

namespace cw::controller::acme::tests {
namespace {

TEST_CASE("an answer that cannot be put up: told, and nobody waits for it", "[failures]") {
  World world;
  world.add_issuer(Json::array({http01_solver()}));
  world.add_order({"bad.example.com"}, Json::object(), "bad");
  world.add_order({"good.example.com"}, Json::object(), "good");
  bool broken = true;
  world.http01.on_present = [&](const api::Challenge& challenge) -> Status {
    if (broken && challenge.spec.dns_name == "bad.example.com")
      return Error{Code::Unavailable, "no such zone"};
    return Done{};
  };
  Controller controller(world, nullptr, kAtOnce, 1);
  controller.run();
  CHECK(world.state("good") == "valid");
  CHECK(world.events.count("Challenge PresentError") >= 1);
  const auto challenge = world.list(api::kChallenges).at(0);
  CHECK(challenge["status"]["reason"] == "Error presenting challenge: no such zone");
  CHECK(challenge["status"].value("processing", false) == false);
  world.kube.forget_writes();
  controller.round();
  CHECK(world.kube.writes().empty());  // the same error again is no news
  broken = false;
  controller.run();
  CHECK(world.state("bad") == "valid");
}

TEST_CASE("an answer that cannot be taken down is tried again until it is gone", "[failures]") {
  Prepared world;
  bool broken = true;
  world.http01.on_clean_up = [&](const auto&) -> Status {
    if (broken) return Error{Code::Unavailable, "the API is down"};
    return Done{};
  };
  Controller controller(world);
  controller.run();
  CHECK(world.state() == "valid");
  CHECK(world.events.count("Challenge CleanUpError") >= 1);
  REQUIRE(world.list(api::kChallenges).size() == 1);
  broken = false;
  controller.run();
  CHECK(world.is_clean());
}

TEST_CASE("a Challenge whose issuer is gone is cleaned up all the same", "[failures]") {
  Prepared world;
  world.http01.on_check = [](const auto&) -> Result<Visibility> {
    return Visibility{.visible = false, .reason = "no", .look_again = {}};
  };
  Controller controller(world);
  controller.run(3);
  REQUIRE(world.http01.standing.size() == 1);
  REQUIRE(world.kube.remove(api::kIssuers, {"mesh", "le"}));
  REQUIRE(world.kube.remove(api::kOrders, {"mesh", "web"}));
  controller.run();
  CHECK(world.is_clean());
  CHECK(world.http01.last_scope.resource_namespace == "mesh");
}

}  // namespace
}  // namespace cw::controller::acme::tests
