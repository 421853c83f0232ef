// Controllers that die at every write in turn, before it or after it: the next one comes to the same end.
#include "tests/unit/controller_acme/orders_scene.h"

namespace cw::controller::acme::tests {
namespace {

using Fault = FaultyWriter::Fault;

bool run_and_die(World& world, std::size_t n, Fault fault) {
  const auto choose = [=](std::size_t number) {
    if (number < n) return Fault::None;
    return number == n ? fault : Fault::Before;
  };
  FaultyWriter writer(world.kube, choose, Code::Unavailable);
  Controller controller(world, &writer);
  controller.run(10);
  return writer.writes() >= n;
}

std::size_t for_each_death(Fault fault, const std::function<void(World&)>& set,
                           const std::function<void(World&)>& look) {
  std::size_t n = 1;
  for (bool reached = true; reached; ++n) {
    World world;
    set(world);
    reached = run_and_die(world, n, fault);
    world.settle();
    INFO("fault at write " << n);
    look(world);
  }
  return n;
}

TEST_CASE("death at any write: one certificate, nothing left, few requests", "[deaths]") {
  const auto fault = GENERATE(Fault::Before, Fault::After);
  const auto writes = for_each_death(
      fault,
      [](World& world) {
        world.add_issuer(Json::array({dns01_solver()}));
        world.add_order({"example.com", "*.example.com"});
      },
      [](World& world) {
        CHECK(world.state() == "valid");
        CHECK(world.is_clean());
        CHECK(world.server.order_urls().size() <= 2);  // the first one's URL may not have been stored
        CHECK(world.server.calls(AcmeCall::Finalize) <= 2);
        CHECK(world.server.calls() <= 20);
      });
  CHECK(writes > 8);
}

TEST_CASE("death at any write of an order that fails: a stated state, nothing put up", "[deaths]") {
  const auto fault = GENERATE(Fault::Before, Fault::After);
  for_each_death(
      fault,
      [](World& world) {
        world.add_issuer(Json::array({http01_solver()}));
        world.add_order({"a.example.com", "b.example.com"});
        world.server.judge_by([](const auto&, const auto&) {
          return contract::Verdict{.kind = contract::Verdict::Kind::Invalid, .error = "no"};
        });
      },
      [](World& world) {
        CHECK(world.state() == "invalid");
        CHECK(world.http01.standing.empty());
      });
}

TEST_CASE("death at any write, and the Order is deleted before the next one starts", "[deaths]") {
  const auto fault = GENERATE(Fault::Before, Fault::After);
  std::size_t n = 1;
  for (bool reached = true; reached; ++n) {
    World world;
    world.add_issuer(Json::array({http01_solver()}));
    world.add_order({"a.example.com"});
    reached = run_and_die(world, n, fault);
    // As the garbage collector does while no controller runs.
    REQUIRE(world.kube.remove(api::kOrders, {"mesh", "web"}));
    for (const auto& challenge : world.list(api::kChallenges)) {
      REQUIRE(world.kube.remove(api::kChallenges, {"mesh", challenge["metadata"]["name"]}));
    }
    world.settle();
    INFO("fault at write " << n);
    CHECK(world.is_clean());
  }
}

TEST_CASE("after a restart nothing is accepted twice", "[deaths]") {
  World world;
  world.add_issuer(Json::array({http01_solver()}));
  world.add_order({"www.example.com"});
  world.server.judge_by(
      [](const auto&, const auto&) { return contract::Verdict{.kind = contract::Verdict::Kind::Waiting}; });
  {
    Controller controller(world);
    controller.run(4);
  }
  REQUIRE(world.server.accepted_challenges().size() == 1);
  Controller next(world);
  next.run(4);
  world.server.settle(world.server.accepted_challenges().at(0), {});
  next.run();
  CHECK(world.state() == "valid");
  CHECK(world.server.calls(AcmeCall::AcceptChallenge) == 1);
  CHECK(world.http01.presents == 1);
}

}  // namespace
}  // namespace cw::controller::acme::tests
