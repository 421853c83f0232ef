// DNS-01 against names that a script answers.
#include "controller/acme/dns01_solver.h"

#include <catch2/catch.hpp>

#include "tests/unit/dns/scripted_lookup.h"

using namespace cw;                    // NOLINT(google-build-using-namespace)
using namespace cw::controller::acme;  // NOLINT(google-build-using-namespace)
using cw::dns::RecordType;
using cw::test::ScriptedLookup;

namespace {

const std::string kName = "_acme-challenge.www.example.test.";

class NotingPublisher final : public dns01::TxtPublisher {
 public:
  Status present(const dns01::TxtRecord& record) override {
    presented.push_back(record);
    return outcome;
  }
  Status clean_up(const dns01::TxtRecord& record) override {
    cleaned.push_back(record);
    return outcome;
  }
  std::vector<dns01::TxtRecord> presented;
  std::vector<dns01::TxtRecord> cleaned;
  Status outcome = Done{};
};

struct Scene {
  Scene() {
    lookup.add_zone("example.test.");
    lookup.add("example.test.", RecordType::Ns, "ns1.example.test.");
    lookup.add("ns1.example.test.", RecordType::A, "192.0.2.1");
    challenge.spec.dns_name = "www.example.test";
    challenge.spec.key = "value";
    challenge.spec.solver.dns01.emplace();
  }
  Dns01Solver solver(Dns01Solver::Settings settings = {.recursive_nameservers = {"r"}}) {
    return {[this](const api::Challenge&, const SolverScope&) { return made; }, lookup, clock,
            std::move(settings)};
  }

  ScriptedLookup lookup;
  ManualClock clock{TimePoint(std::chrono::seconds(1000))};
  std::shared_ptr<NotingPublisher> publisher = std::make_shared<NotingPublisher>();
  Result<std::shared_ptr<dns01::TxtPublisher>> made = std::shared_ptr<dns01::TxtPublisher>(publisher);
  api::Challenge challenge;
  SolverScope scope{.resource_namespace = "ns"};
};

}  // namespace

TEST_CASE("the record's name is the same for a name and its wildcard", "[dns01]") {
  CHECK(*challenge_record_name("WWW.example.test") == kName);
  CHECK(*challenge_record_name("*.www.example.test") == kName);
  CHECK(challenge_record_name("").error().code == Code::Invalid);
  CHECK(challenge_record_name("a..b").error().code == Code::Invalid);
}

TEST_CASE("the key is published under the name, in its zone, and taken away there", "[dns01]") {
  Scene scene;
  Dns01Solver solver = scene.solver();
  REQUIRE(solver.present(scene.challenge, scene.scope));
  REQUIRE(solver.clean_up(scene.challenge, scene.scope));
  for (const auto* seen : {&scene.publisher->presented, &scene.publisher->cleaned}) {
    REQUIRE(seen->size() == 1);
    CHECK(seen->front().name == kName);
    CHECK(seen->front().zone == "example.test.");
    CHECK(seen->front().value == "value");
  }
  CHECK(scene.lookup.count(RecordType::Cname) == 0);
}

TEST_CASE("a CNAME decides where only with cnameStrategy Follow", "[dns01]") {
  Scene scene;
  scene.lookup.add(kName, RecordType::Cname, "www.acme.test.");
  scene.lookup.add_zone("acme.test.");
  Dns01Solver solver = scene.solver();
  REQUIRE(solver.present(scene.challenge, scene.scope));
  CHECK(scene.publisher->presented.back().name == kName);
  CHECK(scene.publisher->presented.back().zone == "example.test.");
  scene.challenge.spec.solver.dns01->cname_strategy = "Follow";
  REQUIRE(solver.present(scene.challenge, scene.scope));
  CHECK(scene.publisher->presented.back().name == "www.acme.test.");
  CHECK(scene.publisher->presented.back().zone == "acme.test.");
}

TEST_CASE("a zone that is not found is told, and nothing is published", "[dns01]") {
  Scene scene;
  scene.challenge.spec.dns_name = "www.nowhere.test";
  Dns01Solver solver = scene.solver();
  CHECK(solver.present(scene.challenge, scene.scope).error().code == Code::NotFound);
  CHECK(solver.clean_up(scene.challenge, scene.scope).error().code == Code::NotFound);
  CHECK(scene.publisher->presented.empty());
  scene.challenge.spec.solver.dns01->acme_dns.emplace();
  CHECK(solver.present(scene.challenge, scene.scope));
}

TEST_CASE("what the publisher, or making it, says is passed on", "[dns01]") {
  Scene scene;
  Dns01Solver solver = scene.solver();
  scene.publisher->outcome = Error{Code::Forbidden, "credentials"};
  CHECK(solver.present(scene.challenge, scene.scope).error().message == "credentials");
  CHECK(solver.clean_up(scene.challenge, scene.scope).error().message == "credentials");
  scene.made = Error{Code::NotFound, "no Secret"};
  CHECK(solver.present(scene.challenge, scene.scope).error().message == "no Secret");
}

TEST_CASE("a challenge without DNS-01 settings or key is Invalid", "[dns01]") {
  Scene scene;
  Dns01Solver solver = scene.solver();
  SECTION("settings") { scene.challenge.spec.solver.dns01.reset(); }
  SECTION("key") { scene.challenge.spec.key.clear(); }
  CHECK(solver.present(scene.challenge, scene.scope).error().code == Code::Invalid);
  CHECK(solver.check(scene.challenge, scene.scope).error().code == Code::Invalid);
  CHECK(solver.clean_up(scene.challenge, scene.scope).error().code == Code::Invalid);
}

TEST_CASE("the value is looked for at the zone's servers, on the port that is set", "[dns01]") {
  Scene scene;
  Dns01Solver solver = scene.solver({.recursive_nameservers = {"r"}, .authoritative_port = 5353});
  auto seen = solver.check(scene.challenge, scene.scope);
  REQUIRE(seen);
  CHECK_FALSE(seen->visible);
  CHECK_THAT(seen->reason, Catch::Contains("ns1.example.test."));
  CHECK_FALSE(seen->look_again.has_value());
  CHECK(scene.lookup.was_asked("192.0.2.1:5353"));
  scene.lookup.add(kName, RecordType::Txt, "value");
  CHECK(solver.check(scene.challenge, scene.scope)->visible);
}

TEST_CASE("the solver's own nameservers are asked instead, for zone and value", "[dns01]") {
  Scene scene;
  scene.challenge.spec.solver.dns01->nameservers.push_back("own:53");
  Dns01Solver solver = scene.solver();
  REQUIRE(solver.present(scene.challenge, scene.scope));
  const auto seen = solver.check(scene.challenge, scene.scope);
  REQUIRE(seen);
  CHECK_FALSE(seen->visible);
  CHECK(seen->look_again == std::chrono::seconds(5));  // the zone's negative TTL
  CHECK(scene.lookup.was_asked("own:53"));
  CHECK_FALSE(scene.lookup.was_asked("r"));
  CHECK_FALSE(scene.lookup.was_asked("192.0.2.1:53"));
}

TEST_CASE("two hundred challenges of one zone ask for its servers once", "[dns01]") {
  Scene scene;
  Dns01Solver solver = scene.solver();
  for (int i = 0; i < 200; ++i) {
    scene.challenge.spec.dns_name = "w" + std::to_string(i) + ".example.test";
    REQUIRE(solver.present(scene.challenge, scene.scope));
    REQUIRE(solver.check(scene.challenge, scene.scope));
    REQUIRE(solver.clean_up(scene.challenge, scene.scope));
  }
  CHECK(scene.lookup.count(RecordType::Ns) == 1);
  CHECK(scene.lookup.count(RecordType::A) == 1);
  CHECK(scene.lookup.count(RecordType::Soa) == 200);  // each name may be a zone of its own
  CHECK(scene.lookup.count(RecordType::Txt) == 200);
}
