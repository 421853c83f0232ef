// The Ready condition of a policy.
#include <catch2/catch.hpp>

#include "controller/policy/policy_reconcile.h"
#include "tests/unit/controller/scene.h"
#include "tests/unit/policy/policy_scene.h"

namespace {

using namespace cw;                     // tests only
using namespace cw::controller::tests;  // tests only
using controller::approval::judge_readiness;

api::CertificateRequestPolicy object_of(const test::Json& extra = test::Json::object()) {
  test::Json made{{"name", "p"}, {"ready", nullptr}};
  made.merge_patch(extra);
  auto object = test::policy_object(made);
  object.metadata.generation = 3;
  object.status = {};
  return object;
}

const kube::Condition& ready_of(const controller::approval::ReadinessChange& change) {
  return *kube::find_condition(change.status.conditions, "Ready");
}

}  // namespace

TEST_CASE("readiness: what compiles is ready, with an event, and then left alone", "[policy]") {
  auto object = object_of();
  const auto change = judge_readiness(*policy::CompiledPolicy::compile(object), kStart);
  REQUIRE(change.has_value());
  CHECK(ready_of(*change).status == "True");
  CHECK(ready_of(*change).reason == "Ready");
  CHECK(ready_of(*change).observed_generation == 3);
  REQUIRE(change->event.has_value());
  CHECK(change->event->type == controller::runtime::EventType::Normal);
  object.status = change->status;
  CHECK_FALSE(judge_readiness(*policy::CompiledPolicy::compile(object), kStart).has_value());
}

TEST_CASE("readiness: another generation is noted without an event, and the date stays", "[policy]") {
  auto object = object_of();
  object.status = judge_readiness(*policy::CompiledPolicy::compile(object), kStart)->status;
  object.metadata.generation = 4;
  const auto change =
      judge_readiness(*policy::CompiledPolicy::compile(object), kStart + std::chrono::hours(1));
  REQUIRE(change.has_value());
  CHECK(ready_of(*change).observed_generation == 4);
  CHECK(ready_of(*change).last_transition_time == kStart);
  CHECK_FALSE(change->event.has_value());
}

TEST_CASE("readiness: an unknown plugin or a rule that does not compile is told by name and path",
          "[policy]") {
  SECTION("plugin") {
    const auto object = object_of({{"plugins", {{"rego", test::Json::object()}}}});
    const auto change = judge_readiness(*policy::CompiledPolicy::compile(object), kStart);
    REQUIRE(change.has_value());
    CHECK(ready_of(*change).status == "False");
    CHECK(ready_of(*change).reason == "NotReady");
    CHECK(ready_of(*change).message.find("spec.plugins") != std::string::npos);
    CHECK(ready_of(*change).message.find("rego") != std::string::npos);
    CHECK(change->event->type == controller::runtime::EventType::Warning);
  }
  SECTION("rule") {
    const test::Json rules = test::Json::array({{{"rule", "self +"}}});
    const auto object = object_of({{"allowed", {{"dnsNames", {{"validations", rules}}}}}});
    const auto change = judge_readiness(*policy::CompiledPolicy::compile(object), kStart);
    REQUIRE(change.has_value());
    CHECK(ready_of(*change).message.find("spec.allowed.dnsNames.validations[0]") != std::string::npos);
  }
}
