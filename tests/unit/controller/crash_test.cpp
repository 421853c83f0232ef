// Faults: the controller is stopped at every single write, or told that it failed, and starts anew.
#include <catch2/catch.hpp>

#include "lib/api/resources.h"
#include "tests/unit/controller/deaths.h"

namespace {

using namespace cw;                     // tests only
using namespace cw::controller::tests;  // tests only

}  // namespace

TEST_CASE("killed before or after any write of a first issuance, the next start ends the same",
          "[controller][faults]") {
  const auto fault = GENERATE(Fault::Before, Fault::After);
  const auto n = for_each_death(
      fault,
      [&](Scene& scene) {
        prepare(scene);
        scene.apply(api::kCertificates, certificate("mesh", "web"));
      },
      [](Scene& scene, std::size_t /*n*/) { issued_once(scene, 1); });
  CHECK(n > 7);
}

TEST_CASE("killed before or after any write of a renewal, the next start ends the same",
          "[controller][faults]") {
  const auto fault = GENERATE(Fault::Before, Fault::After);
  const auto n = for_each_death(
      fault,
      [&](Scene& scene) {
        prepare(scene);
        scene.apply(api::kCertificates, certificate("mesh", "web", {{"duration", "3h"}}));
        scene.settle();
        scene.clock.advance(std::chrono::hours(2));
        scene.kube.forget_writes();
      },
      [](Scene& scene, std::size_t /*n*/) { issued_once(scene, 2); });
  CHECK(n > 8);
}

TEST_CASE("killed again and again, at every write in turn, it ends the same", "[controller][faults]") {
  Scene scene;
  prepare(scene);
  scene.apply(api::kCertificates, certificate("mesh", "web"));
  for (int i = 0; i < 20; ++i) run_and_die(scene, 2, i % 2 == 0 ? Fault::Before : Fault::After);
  CHECK(what_is_wrong(scene, "mesh", "web", 1) == "");
  CHECK(scene.creates_of("certificaterequests") == 1);
}

TEST_CASE("a conflict on every second write delays, and changes nothing", "[controller][faults]") {
  Scene scene;
  prepare(scene);
  FaultyWriter writer(
      scene.kube, [](std::size_t number) { return number % 2 == 0 ? Fault::Before : Fault::None; },
      Code::Conflict);
  scene.apply(api::kCertificates, certificate("mesh", "web"));
  const auto machine = scene.controller(&writer);
  Scene::settle(*machine);
  CHECK(what_is_wrong(scene, "mesh", "web", 1) == "");
  CHECK(scene.creates_of("certificaterequests") == 1);
}

TEST_CASE("answers that are lost on every second write are found out from the API server",
          "[controller][faults]") {
  Scene scene;
  prepare(scene);
  FaultyWriter writer(
      scene.kube, [](std::size_t number) { return number % 2 == 0 ? Fault::After : Fault::None; },
      Code::Unavailable);
  scene.apply(api::kCertificates, certificate("mesh", "web"));
  const auto machine = scene.controller(&writer);
  for (int i = 0; i < 20; ++i) {
    REQUIRE(machine->list_once());  // what a watch would bring
    machine->drain(60);
  }
  CHECK(what_is_wrong(scene, "mesh", "web", 1) == "");
  CHECK(scene.creates_of("certificaterequests") == 1);
}

TEST_CASE("two controllers at once, each with news of its own age, issue once", "[controller][faults]") {
  const unsigned seed = GENERATE(range(1U, 60U));
  Scene scene;
  prepare(scene);
  scene.apply(api::kCertificates, certificate("mesh", "web"));
  const auto one = scene.controller();
  const auto two = scene.controller();
  REQUIRE(one->list_once());
  REQUIRE(two->list_once());
  unsigned state = seed * 2654435761U;
  for (int i = 0; i < 200; ++i) {
    state = state * 1664525U + 1013904223U;
    auto& machine = (state >> 16U) % 2 == 0 ? *one : *two;
    if ((state >> 18U) % 4 == 0) REQUIRE(machine.list_once());
    machine.drain(1);
  }
  Scene::settle(*one);
  Scene::settle(*two);
  INFO("seed " << seed);
  CHECK(what_is_wrong(scene, "mesh", "web", 1) == "");
  CHECK(scene.creates_of("certificaterequests") == 1);
}

TEST_CASE("two controllers with caches of mixed age renew once", "[controller][faults]") {
  const unsigned seed = GENERATE(range(1U, 60U));
  Scene scene;
  prepare(scene);
  scene.apply(api::kCertificates, certificate("mesh", "web", {{"duration", "3h"}}));
  scene.settle();
  const auto one = scene.controller();
  const auto two = scene.controller();
  REQUIRE(one->list_once());
  REQUIRE(two->list_once());
  scene.clock.advance(std::chrono::hours(2));
  scene.kube.forget_writes();
  unsigned state = seed * 2654435761U;
  for (int i = 0; i < 300; ++i) {
    state = state * 1664525U + 1013904223U;
    auto& machine = (state >> 16U) % 2 == 0 ? *one : *two;
    // Some of its caches hear the news, others do not yet.
    if ((state >> 18U) % 3 == 0) {
      const unsigned deaf = (state >> 20U) % 5;
      const char* plurals[] = {"secrets", "certificates", "certificaterequests", "issuers", "none"};
      scene.kube.fail_when([&, deaf](const contract::Call& call) -> std::optional<Error> {
        if (call.verb == contract::Verb::List && call.plural == plurals[deaf]) {
          return Error{Code::Unavailable, "deaf"};
        }
        return std::nullopt;
      });
      static_cast<void>(machine.list_once());
      scene.kube.fail_when({});
    }
    machine.drain(1);
  }
  Scene::settle(*one);
  Scene::settle(*two);
  INFO("seed " << seed);
  CHECK(what_is_wrong(scene, "mesh", "web", 2) == "");
  CHECK(scene.creates_of("certificaterequests") == 1);
}
