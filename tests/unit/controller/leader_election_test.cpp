#include "controller/runtime/leader_election.h"

#include <memory>
#include <utility>

#include <catch2/catch.hpp>

#include "controller/runtime/fenced_writer.h"
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

LeaderElectionOptions options(const std::string& identity, Shard shard = {}) {
  LeaderElectionOptions options;
  options.identity = identity;
  options.shard = shard;
  return options;
}

// Candidates before one API server.
struct Contest {
  Scene scene;
  std::unique_ptr<LeaderElection> candidate(const std::string& identity, Shard shard = {}) {
    return std::make_unique<LeaderElection>(options(identity, shard), api::kLeases, scene.kube, scene.kube,
                                            scene.clock);
  }
  std::string holder(const std::string& lease) const {
    const auto found = scene.read(api::kLeases, "kube-system", lease);
    return found.is_null() ? "no lease" : found["spec"].value("holderIdentity", std::string("none"));
  }
};

bool holds(LeaderElection& candidate) {
  const auto held = candidate.attempt();
  if (!held) FAIL(held.error().message);
  return *held;
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

TEST_CASE("shards: all of one number work at once, each by a lease of its own", "[runtime][shard]") {
  Contest contest;
  const auto first = contest.candidate("first", {0, 2});
  const auto second = contest.candidate("second", {1, 2});
  CHECK(holds(*first));
  CHECK(holds(*second));
  CHECK(holds(*first));
  CHECK(contest.holder("cert-manager-controller-0-of-2") == "first");
  CHECK(contest.holder("cert-manager-controller-1-of-2") == "second");
  CHECK(contest.holder("cert-manager-controller") == "certwright-2-shards");
}

TEST_CASE("shards: of one shard there is one at work, and the next when that has gone", "[runtime][shard]") {
  Contest contest;
  const auto first = contest.candidate("first", {1, 2});
  const auto next = contest.candidate("next", {1, 2});
  CHECK(holds(*first));
  CHECK_FALSE(holds(*next));
  first->release();
  CHECK(holds(*next));
  CHECK_FALSE(holds(*first));
}

TEST_CASE("shards: another number, or none, waits until the last of them has gone", "[runtime][shard]") {
  const Shard other = GENERATE(Shard{0, 3}, Shard{1, 3}, Shard{});
  Contest contest;
  const auto first = contest.candidate("first", {0, 2});
  const auto second = contest.candidate("second", {1, 2});
  const auto new_one = contest.candidate("new", other);
  REQUIRE(holds(*first));
  REQUIRE(holds(*second));
  CHECK_FALSE(holds(*new_one));
  first->release();
  CHECK_FALSE(holds(*new_one));
  CHECK(holds(*second));
  second->release();
  CHECK(holds(*new_one));
  CHECK_FALSE(holds(*second));
}

TEST_CASE("shards: they wait for a controller that has no shard", "[runtime][shard]") {
  Contest contest;
  const auto whole = contest.candidate("whole");
  const auto shard = contest.candidate("shard", {0, 2});
  REQUIRE(holds(*whole));
  CHECK_FALSE(holds(*shard));
  CHECK(holds(*whole));
  whole->release();
  CHECK(holds(*shard));
  CHECK_FALSE(holds(*whole));
}

TEST_CASE("shards: one that was killed keeps the common lease from being given back", "[runtime][shard]") {
  Contest contest;
  const auto killed = contest.candidate("killed", {0, 2});
  const auto second = contest.candidate("second", {1, 2});
  REQUIRE(holds(*killed));
  REQUIRE(holds(*second));
  second->release();
  CHECK(contest.holder("cert-manager-controller") == "certwright-2-shards");
  CHECK_FALSE(holds(*contest.candidate("new", {0, 3})));
}

TEST_CASE("shards: one that starts while the last one gives up the common lease is not overlooked",
          "[runtime][shard]") {
  Contest contest;
  const auto last = contest.candidate("last", {0, 2});
  const auto started = contest.candidate("started", {1, 2});
  REQUIRE(holds(*last));
  // Right after the leases of the others were looked at, before the common one is given back.
  enum class Stage : std::uint8_t { Before, Looked, Over } stage = Stage::Before;
  contest.scene.kube.fail_when([&](const contract::Call& call) -> std::optional<Error> {
    const bool looks = call.verb == contract::Verb::Get && call.key.name == "cert-manager-controller-1-of-2";
    if (stage == Stage::Before && looks) stage = Stage::Looked;
    if (stage != Stage::Looked || call.verb != contract::Verb::Update) return std::nullopt;
    stage = Stage::Over;
    CHECK(holds(*started));
    return std::nullopt;
  });
  last->release();
  CHECK(stage == Stage::Over);
  CHECK(contest.holder("cert-manager-controller") == "certwright-2-shards");
  CHECK_FALSE(holds(*contest.candidate("new", {0, 3})));
}

TEST_CASE("shards: who meets another at the common lease looks again", "[runtime][shard]") {
  Contest contest;
  const auto first = contest.candidate("first", {0, 2});
  const auto second = contest.candidate("second", {1, 2});
  REQUIRE(holds(*first));
  bool met = false;
  contest.scene.kube.fail_when([&](const contract::Call& call) -> std::optional<Error> {
    const bool common = call.verb == contract::Verb::Update && call.key.name == "cert-manager-controller";
    if (common && !std::exchange(met, true)) CHECK(holds(*first));
    return std::nullopt;
  });
  CHECK(holds(*second));
  CHECK(met);
}

TEST_CASE("fenced writer: writes nothing while it may not", "[runtime]") {
  Scene scene;
  bool may = true;
  FencedWriter writer(scene.kube, [&] { return may; });
  const auto object = controller::tests::certificate("ns", "a");
  REQUIRE(writer.create(api::kCertificates, object, {}));
  scene.kube.forget_writes();
  may = false;
  const kube::ObjectKey key{"ns", "a"};
  CHECK_FALSE(writer.create(api::kCertificates, controller::tests::certificate("ns", "b"), {}));
  CHECK_FALSE(writer.update(api::kCertificates, kube::Part::Object, object, {}));
  CHECK_FALSE(
      writer.merge_patch(api::kCertificates, key, kube::Part::Object, {{"spec", {{"isCA", true}}}}, {}));
  CHECK_FALSE(writer.apply(api::kCertificates, object, {.field_manager = "x"}));
  CHECK_FALSE(writer.remove(api::kCertificates, key, {}));
  CHECK(scene.kube.writes().empty());
}

TEST_CASE("leader election: who has not renewed in time may not write, though nobody has told it so",
          "[runtime]") {
  Scene scene;
  auto quick = options("one");
  quick.renew_deadline = seconds(0);
  quick.retry_period = std::chrono::hours(1);
  LeaderElection election(quick, api::kLeases, scene.kube, scene.kube, scene.clock);
  bool may_write = true;
  std::stop_source stop;
  const auto led = election.lead(stop.get_token(), [&] {
    while (election.since_renewal().count() == 0) {
    }
    CHECK(election.leading());
    may_write = election.may_write();
    stop.request_stop();
  });
  CHECK(led);
  CHECK_FALSE(may_write);
}
