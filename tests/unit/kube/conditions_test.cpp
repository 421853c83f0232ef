#include "lib/kube/conditions.h"

#include <catch2/catch.hpp>

namespace cw::kube {
namespace {

using std::chrono::seconds;

constexpr TimePoint kStart{seconds(1000)};
constexpr TimePoint kLater{seconds(2000)};

Condition ready(std::string_view status, const char* reason) {
  Condition condition;
  condition.type = "Ready";
  condition.status = status;
  condition.reason = reason;
  return condition;
}

TEST_CASE("a new condition gets the time at which it is set") {
  List<Condition> conditions;
  set_condition(conditions, ready(kConditionTrue, "A"), kStart);
  REQUIRE(conditions.size() == 1);
  CHECK(conditions[0].last_transition_time == kStart);
  CHECK(is_condition_true(conditions, "Ready"));
}

TEST_CASE("the transition time stays while the status stays, whatever else changes") {
  List<Condition> conditions;
  set_condition(conditions, ready(kConditionTrue, "A"), kStart);
  Condition changed = ready(kConditionTrue, "B");
  changed.message = "m";
  changed.observed_generation = 3;
  set_condition(conditions, changed, kLater);
  REQUIRE(conditions.size() == 1);
  CHECK(conditions[0].last_transition_time == kStart);
  CHECK(conditions[0].reason == "B");
  CHECK(conditions[0].message == "m");
  CHECK(conditions[0].observed_generation == 3);
}

TEST_CASE("the transition time moves when the status flips") {
  List<Condition> conditions;
  set_condition(conditions, ready(kConditionTrue, "A"), kStart);
  set_condition(conditions, ready(kConditionFalse, "B"), kLater);
  CHECK(conditions[0].last_transition_time == kLater);
  CHECK(has_condition(conditions, "Ready", kConditionFalse));
  CHECK_FALSE(is_condition_true(conditions, "Ready"));
}

TEST_CASE("conditions of other types are left alone") {
  List<Condition> conditions{{"Issuing", "True", kStart, "R", "M", 1}};
  set_condition(conditions, ready(kConditionTrue, "A"), kLater);
  CHECK(conditions.size() == 2);
  CHECK(find_condition(conditions, "Issuing")->reason == "R");
  remove_condition(conditions, "Ready");
  remove_condition(conditions, "Missing");
  CHECK(conditions.size() == 1);
  CHECK(find_condition(conditions, "Ready") == nullptr);
}

}  // namespace
}  // namespace cw::kube
