#include "lib/policy/evaluate.h"

#include <algorithm>
#include <chrono>

#include <catch2/catch.hpp>

#include "tests/unit/policy/policy_scene.h"

using namespace cw;
using namespace cw::policy;
using test::Json;
using Strings = std::vector<std::string>;

namespace {

constexpr std::chrono::seconds kBusy{60};  // what a sanitizer build on a busy machine may take

std::vector<Failure> evaluated(const Json& policy, const Json& request) {
  return evaluate(*test::policy_of(policy), test::request_of(request));
}

std::string detail_of(const Json& policy, const Json& request) {
  const std::vector<Failure> failures = evaluated(policy, request);
  return failures.empty() ? "" : failures.front().detail;
}

std::string hint_of(const Json& policy, const Json& request) {
  const std::vector<Failure> failures = evaluated(policy, request);
  return failures.empty() ? "" : failures.front().hint;
}

Json with_rule(const std::string& rule) {
  return {{"allowed", {{"dnsNames", {{"validations", {{{"rule", rule}}}}}}}}};
}

}  // namespace

TEST_CASE("evaluate: where a request goes beyond a policy", "[policy]") {
  for (const Json& one : test::read_policy_cases("evaluate.json")) {
    INFO(one["name"].get<std::string>());
    const std::vector<Failure> failures = evaluated(one["policy"], one["request"]);
    CHECK(test::fields_of(failures) == one["fields"].get<Strings>());
    std::vector<Failure> internal;
    std::copy_if(failures.begin(), failures.end(), std::back_inserter(internal),
                 [](const Failure& failure) { return failure.internal; });
    CHECK(test::fields_of(internal) == one.value("internal", Strings{}));
  }
}

TEST_CASE("evaluate: a failing rule says its message, or which it is", "[policy]") {
  Json policy = with_rule("self != 'a'");
  CHECK(detail_of(policy, {{"dnsNames", {"a"}}}).find("self != 'a'") != std::string::npos);
  policy["allowed"]["dnsNames"]["validations"][0]["message"] = "not a";
  CHECK(detail_of(policy, {{"dnsNames", {"a"}}}) == "not a");
}

TEST_CASE("evaluate: each refused value is shown, up to eight", "[policy]") {
  const Json policy{{"allowed", {{"dnsNames", {{"values", {"good"}}}}}}};
  const auto few = evaluated(policy, {{"dnsNames", {"bad1", "good", "bad2"}}});
  REQUIRE(few.size() == 2);
  CHECK(few[0].shown == "\"bad1\"");
  CHECK(few[1].shown == "\"bad2\"");
  const auto many = evaluated(policy, {{"dnsNames", Strings(100, "bad")}});
  REQUIRE(many.size() == 8);
  CHECK(many.back().detail.find("92 more values") != std::string::npos);
}

TEST_CASE("evaluate: the nearest fix is named", "[policy]") {
  const auto constraints = [](const Json& what) { return Json{{"constraints", what}}; };
  CHECK(hint_of(constraints({{"maxDuration", "24h"}}), Json::object()) ==
        "state spec.duration of at most 24h");
  CHECK(hint_of(constraints({{"minDuration", "90m"}}), {{"duration", "1h"}}) ==
        "state spec.duration of at least 1h30m");
  CHECK(hint_of(constraints({{"minDuration", "1h"}, {"maxDuration", "24h"}}), {{"duration", "25h"}}) ==
        "state spec.duration from 1h to 24h");
  CHECK(hint_of(constraints({{"privateKey", {{"minSize", 3072}}}}), {{"key", {"RSA", 2048}}}) ==
        "use a key of at least 3072 bits (spec.privateKey.size)");
  CHECK(hint_of(constraints({{"privateKey", {{"algorithm", "RSA"}}}}), Json::object()) ==
        "set spec.privateKey.algorithm to RSA");
  CHECK(hint_of({{"allowed", {{"dnsNames", {{"values", {"*.a", "*.b"}}}}}}}, {{"dnsNames", {"x"}}}) ==
        "remove it from spec.dnsNames, or use what matches one of *.a, *.b");
  CHECK(hint_of(Json::object(), {{"isCA", true}}) == "set spec.isCA to false");
}

TEST_CASE("evaluate: texts join as the field's do", "[policy]") {
  const Failure one{"spec.a", "\"x\"", "no", false};
  const Failure two{"spec.b.required", "", "true", false};
  const Failure three{"spec.c", "\"y\"", "broken", true};
  CHECK(text_of({}).empty());
  CHECK(text_of({one}) == "spec.a: Invalid value: \"x\": no");
  CHECK(text_of({one, one}) == "spec.a: Invalid value: \"x\": no");
  CHECK(text_of({one, two, three}) ==
        "[spec.a: Invalid value: \"x\": no, spec.b.required: Required value: true, "
        "spec.c: Internal error: broken]");
  CHECK(text_of({{"", "", "bad names", false}}) == "bad names");
}

TEST_CASE("evaluate: a policy made to be costly ends and fails", "[policy]") {
  // Each rule goes to its own limit; together they go to the policy's.
  const std::string rule =
      "self.split('').all(a, self.split('').all(b, self.split('').all(c, self.split('').all(d, a != '!'))))";
  Json rules = Json::array();
  for (int i = 0; i < 200; ++i)
    rules.push_back({{"rule", rule + std::string(static_cast<std::size_t>(i), ' ')}});
  const PolicyPointer policy = test::policy_of({{"allowed", {{"dnsNames", {{"validations", rules}}}}}});
  const RequestView request = test::request_of({{"dnsNames", Strings(100, std::string(60, 'a'))}});
  const auto start = std::chrono::steady_clock::now();
  const std::vector<Failure> failures = evaluate(*policy, request);
  CHECK(std::chrono::steady_clock::now() - start < kBusy);
  REQUIRE_FALSE(failures.empty());
  CHECK(failures.size() < 40);  // not one for each of the 20,000 evaluations
  CHECK(std::all_of(failures.begin(), failures.end(), [](const Failure& one) { return one.internal; }));
}

TEST_CASE("evaluate: patterns made to be costly end and fail", "[policy]") {
  const Json policy{{"allowed", {{"dnsNames", {{"values", Strings(20'000, "*a*b*c*d")}}}}}};
  const PolicyPointer compiled = test::policy_of(policy);
  const RequestView request = test::request_of({{"dnsNames", Strings(2'000, std::string(200, 'a'))}});
  const auto start = std::chrono::steady_clock::now();
  const std::vector<Failure> failures = evaluate(*compiled, request);
  CHECK(std::chrono::steady_clock::now() - start < kBusy);
  CHECK_FALSE(failures.empty());
}

TEST_CASE("evaluate: a subject of very many attributes ends soon, with some of them named", "[policy]") {
  RequestView request = test::request_of(Json::object());
  for (int i = 0; i < 50'000; ++i) request.subject.push_back({"1.2.3." + std::to_string(i), "x", "x"});
  for (int i = 0; i < 50'000; ++i) request.subject.push_back({"2.5.4.3", "x", "x"});
  const PolicyPointer policy = test::policy_of(Json::object());
  const auto start = std::chrono::steady_clock::now();
  const std::vector<Failure> failures = evaluate(*policy, request);
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(20));
  CHECK(failures.size() > 200);
  CHECK(failures.size() < 300);
}

TEST_CASE("compile: what the policy is and why it is not ready", "[policy]") {
  using test::policy_of;
  CHECK(policy_of({{"ready", true}})->readiness() == Readiness::Ready);
  CHECK(policy_of({{"ready", false}})->readiness() == Readiness::NotReady);
  CHECK(policy_of({{"ready", nullptr}})->readiness() == Readiness::NoCondition);
  const PolicyPointer plugin = policy_of({{"plugins", {{"rego", Json::object()}}}});
  CHECK(plugin->readiness() == Readiness::NotReady);
  REQUIRE(plugin->problems().size() == 1);
  CHECK(plugin->problems().front().rule == "policy.plugin.unknown");
  const PolicyPointer broken = policy_of(with_rule("nope"));
  REQUIRE(broken->problems().size() == 1);
  CHECK(broken->problems().front().field == "spec.allowed.dnsNames.validations[0]");
  CHECK(policy_of(with_rule("true"))->problems().empty());
  CHECK(policy_of(Json::object())->mode() == PolicyMode::Enforce);
  CHECK(policy_of({{"mode", "warn"}})->mode() == PolicyMode::Warn);
  CHECK(policy_of({{"mode", "audit"}})->mode() == PolicyMode::Audit);
  CHECK(policy_of({{"mode", "AUDIT"}})->mode() == PolicyMode::Enforce);
}
