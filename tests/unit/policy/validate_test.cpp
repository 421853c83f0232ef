#include <algorithm>
#include <set>

#include <catch2/catch.hpp>

#include "lib/policy/compiled_policy.h"
#include "tests/unit/policy/policy_scene.h"

using namespace cw;
using namespace cw::policy;
using test::Json;

TEST_CASE("policy webhook: every error of a policy, at its place, all together", "[policy]") {
  std::set<std::string_view> met;
  for (const Json& one : test::read_policy_cases("validate.json")) {
    INFO(one["name"].get<std::string>());
    std::vector<std::string> found;
    for (const kube::FieldError& error : validate(test::policy_object(one["spec"]))) {
      found.push_back(error.field + " " + std::string(error.rule));
      CHECK_FALSE(error.detail.empty());
      met.insert(error.rule);
    }
    std::sort(found.begin(), found.end());
    CHECK(found == one["errors"].get<std::vector<std::string>>());
  }
  // Each rule is listed, and each that is listed has a case.
  std::set<std::string_view> known;
  for (const PolicyRuleInfo& rule : policy_rules()) known.insert(rule.id);
  CHECK(met == known);
}

TEST_CASE("policy webhook: a rule that does not compile is told with line and column", "[policy]") {
  const auto errors = validate(test::policy_object(
      {{"allowed", {{"commonName", {{"validations", {{{"rule", "true &&\n  nope"}}}}}}}}}));
  REQUIRE(errors.size() == 1);
  CHECK(errors.front().detail.find("2:3") != std::string::npos);
  CHECK(errors.front().detail.find("nope") != std::string::npos);
}
