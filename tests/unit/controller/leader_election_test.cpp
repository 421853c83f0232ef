#include "controller/runtime/leader_election.h"

#include <catch2/catch.hpp>

#include "lib/api/resources.h"
#include "tests/unit/controller/scene.h"

namespace {

using namespace cw;                       // tests only
using namespace cw::controller::runtime;  // tests only
using cw::controller::tests::Scene;
using std::chrono::seconds;

LeaseRecord held_by(const std::string& holder) {
  return {.holder = holder, .duration_seconds = 60, .acquire_time = "a", .renew_time = "r", .transitions = 3};
}

LeaderElectionOptions options(const std::string& identity) {
  LeaderElectionOptions options;
  options.identity = identity;
  return options;
}

}  // namespace

TEST_CASE("lease: what a candidate does next", "[runtime]") {
  CHECK(next_step({std::nullopt, seconds(0)}, "me") == LeaseStep::Create);
  CHECK(next_step({held_by("me"), seconds(1000)}, "me") == LeaseStep::Renew);
  CHECK(next_step({held_by(""), seconds(0)}, "me") == LeaseStep::Take);
  CHECK(next_step({held_by("other"), seconds(60)}, "me") == LeaseStep::Wait);
  CHECK(next_step({held_by("other"), seconds(61)}, "me") == LeaseStep::Take);
}

TEST_CASE("lease: a renewal keeps its beginning, a change of hands is counted", "[runtime]") {
  const TimePoint now{seconds(1767323045)};
  const auto renewed = next_record({held_by("me"), seconds(0)}, "me", seconds(60), now);
  CHECK(renewed.acquire_time == "a");
  CHECK(renewed.renew_time == "2026-01-02T03:04:05.000000Z");
  CHECK(renewed.transitions == 3);
  const auto taken = next_record({held_by("other"), seconds(61)}, "me", seconds(60), now);
  CHECK(taken.holder == "me");
  CHECK(taken.transitions == 4);
}

TEST_CASE("leader election: one of two holds the lease, and the other gets it when it is given back",
          "[runtime]") {
  Scene scene;
  LeaderElection one(options("one"), api::kLeases, scene.kube, scene.kube, scene.clock);
  LeaderElection two(options("two"), api::kLeases, scene.kube, scene.kube, scene.clock);
  CHECK(*one.attempt());
  CHECK_FALSE(*two.attempt());
  CHECK(*one.attempt());
  const auto lease = scene.read(api::kLeases, "kube-system", "cert-manager-controller");
  CHECK(lease["spec"]["holderIdentity"] == "one");
  CHECK(lease["spec"]["leaseDurationSeconds"] == 60);
  CHECK(lease["metadata"]["labels"]["app.kubernetes.io/managed-by"] == "cert-manager");
  one.release();
  CHECK(*two.attempt());
  CHECK_FALSE(*one.attempt());
}

TEST_CASE("leader election: of two that see the same record only one can write", "[runtime]") {
  Scene scene;
  LeaderElection one(options("one"), api::kLeases, scene.kube, scene.kube, scene.clock);
  CHECK(*one.attempt());
  // Between the read and the write of "one" the lease goes to somebody else.
  bool stolen = false;
  scene.kube.fail_when([&](const contract::Call& call) -> std::optional<Error> {
    if (call.verb != contract::Verb::Update || stolen) return std::nullopt;
    stolen = true;
    const auto taken = scene.kube.merge_patch(api::kLeases, {"kube-system", "cert-manager-controller"},
                                              kube::Part::Object, {{"spec", {{"holderIdentity", "thief"}}}});
    CHECK(taken.has_value());
    return std::nullopt;
  });
  const auto held = one.attempt();
  REQUIRE_FALSE(held);
  CHECK(held.error().code == Code::Conflict);
}

TEST_CASE("leader election: identities are unique and end as the field's do", "[runtime]") {
  CHECK(leader_identity() != leader_identity());
  CHECK_THAT(leader_identity(), Catch::EndsWith("-external-cert-manager-controller"));
}
