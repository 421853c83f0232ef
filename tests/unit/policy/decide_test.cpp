#include "lib/policy/decide.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <regex>

#include <catch2/catch.hpp>

#include "tests/unit/policy/policy_scene.h"

using namespace cw;
using namespace cw::policy;
using test::Json;
using test::SceneWorld;
using Strings = std::vector<std::string>;

namespace {

Json allowing(const std::string& name, const std::string& common_name = "*") {
  return {{"name", name}, {"allowed", {{"commonName", {{"value", common_name}}}}}};
}

const Json kWeb{{"commonName", "web"}};

void set_up(SceneWorld& world, Options& options, const Json& one) {
  world.all = test::policies_of(one["policies"].get<std::vector<Json>>());
  const Json set = one.value("world", Json::object());
  if (set.contains("namespaces")) {
    world.namespaces.clear();
    for (const auto& [name, labels] : set["namespaces"].items()) {
      kube::Map& to = world.namespaces[name];
      for (const auto& [key, value] : labels.items()) to.set(key, value.get<std::string>());
    }
  }
  world.everybody = !set.contains("bound");
  for (const Json& name : set.value("bound", Json::array())) world.bound.insert(name.get<std::string>());
  for (const Json& name : set.value("failing", Json::array())) world.failing.insert(name.get<std::string>());
  if (set.value("unmatched", "") == "deny") options.unmatched = Unmatched::Deny;
}

void check_expected(const Verdict& verdict, const Json& expect) {
  CHECK(word_of(verdict.answer) == expect["answer"].get<std::string>());
  CHECK(verdict.policy == expect.value("policy", ""));
  CHECK(verdict.deferred == expect.value("deferred", false));
  CHECK_FALSE(verdict.message.empty());
  std::map<std::string, std::string> stages;
  Strings failing;
  for (const PolicyOutcome& outcome : verdict.outcomes) {
    stages[outcome.policy] = word_of(outcome.stage);
    if (outcome.stage == Stage::Fails) failing.push_back(outcome.policy);
  }
  if (expect.contains("failing")) CHECK(failing == expect["failing"].get<Strings>());
  const Json expected = expect.value("stages", Json::object());
  for (const auto& [name, stage] : expected.items()) CHECK(stages[name] == stage.get<std::string>());
  if (expect.contains("message")) {
    CHECK(std::regex_search(verdict.message, std::regex(expect["message"].get<std::string>())));
  }
}

}  // namespace

TEST_CASE("decide: the verdict over policies", "[policy]") {
  for (const Json& one : test::read_policy_cases("verdict.json")) {
    INFO(one["name"].get<std::string>());
    SceneWorld world;
    Options options;
    set_up(world, options, one);
    const RequestView view = test::request_of(one.value("request", Json::object()));
    check_expected(decide(view, world, options), one["expect"]);
    // Looking at everything answers the same, and says why of each.
    const Verdict whole = decide(view, world, options, Depth::Everything);
    CHECK(word_of(whole.answer) == one["expect"]["answer"].get<std::string>());
    for (const PolicyOutcome& outcome : whole.outcomes) CHECK_FALSE(outcome.why.empty());
  }
}

TEST_CASE("decide: an approved request costs at most two questions, whatever the number of policies",
          "[policy]") {
  SceneWorld world;
  world.everybody = false;
  std::vector<Json> policies;
  for (int i = 100; i < 300; ++i) {
    const std::string name = "p" + std::to_string(i);
    // Every third allows; all but one of these are bound to others.
    policies.push_back(allowing(name, i % 3 == 0 ? "*" : "x"));
    if (i % 3 != 0) world.bound.insert(name);
  }
  world.bound.insert("p270");
  world.all = test::policies_of(policies);
  const RequestView view = test::request_of(kWeb);
  CHECK(decide(view, world, {}).policy == "p270");
  CHECK(world.asked == Strings{"p270"});

  world.asked.clear();
  world.guessed = {"p102", "p270"};  // the first guess is out of date
  CHECK(decide(view, world, {}).policy == "p270");
  CHECK(world.asked == Strings{"p102", "p270"});
}

TEST_CASE("decide: nobody is asked about a policy whose rights change nothing", "[policy]") {
  SceneWorld world;
  Json other = allowing("other");
  other["selector"] = {{"issuerRef", {{"name", "other"}}}};
  Json shadow = allowing("shadow");
  shadow["mode"] = "warn";
  Json sleeping = allowing("sleeping");
  sleeping["ready"] = false;
  world.all = test::policies_of({allowing("denies", "x"), other, shadow, sleeping});
  CHECK(decide(test::request_of(kWeb), world, {}).answer == Answer::Denied);
  CHECK(world.asked == Strings{"denies"});
  CHECK(world.labels_asked == 0);

  world.asked.clear();
  world.all = test::policies_of({other, shadow, sleeping});
  CHECK(decide(test::request_of(kWeb), world, {}).answer == Answer::Pending);
  CHECK(world.asked.empty());
}

TEST_CASE("decide: rights of the controller may be skipped, of nobody else", "[policy]") {
  SceneWorld world;
  world.everybody = false;
  world.all = test::policies_of({allowing("a")});
  Options options;
  Json request = kWeb;
  request["user"] = options.controller_user;
  CHECK(decide(test::request_of(request), world, options).answer == Answer::Pending);
  options.rights = Rights::SkipController;
  world.asked.clear();
  CHECK(decide(test::request_of(request), world, options).answer == Answer::Approved);
  CHECK(world.asked.empty());
  request["user"] = "jane";
  CHECK(decide(test::request_of(request), world, options).answer == Answer::Pending);
}

TEST_CASE("decide: what could not be asked is an error, unless nothing depends on it", "[policy]") {
  SceneWorld world;
  world.all = test::policies_of({allowing("a", "x"), allowing("b")});
  world.failing = {"a"};
  CHECK(decide(test::request_of(kWeb), world, {}).answer == Answer::Approved);
  world.failing = {"b"};
  CHECK(decide(test::request_of(kWeb), world, {}).answer == Answer::Error);
  world.failing.clear();
  world.issuers_known = false;
  CHECK(decide(test::request_of(kWeb), world, {}).answer == Answer::Error);
  world.issuers_known = true;
  world.namespaces_known = false;
  CHECK(decide(test::request_of(kWeb), world, {}).answer == Answer::Approved);
  Json labelled = allowing("c");
  labelled["selector"] = {{"namespace", {{"matchLabels", {{"a", "b"}}}}}};
  world.all = test::policies_of({allowing("b"), labelled});
  CHECK(decide(test::request_of(kWeb), world, {}).answer == Answer::Error);
  CHECK(unreadable({Code::Invalid, "no PEM"}).answer == Answer::Error);
}

TEST_CASE("decide: the labels of a namespace are asked for once", "[policy]") {
  SceneWorld world;
  world.namespaces["team"] = kube::Map{{"a", "b"}};
  std::vector<Json> policies;
  for (int i = 0; i < 5; ++i) {
    Json labelled = allowing("p" + std::to_string(i));
    labelled["selector"] = {{"namespace", {{"matchLabels", {{"a", "c"}}}}}};
    policies.push_back(labelled);
  }
  world.all = test::policies_of(policies);
  CHECK(decide(test::request_of(kWeb), world, {}).answer == Answer::Pending);
  CHECK(world.labels_asked == 1);
}

TEST_CASE("decide: the issuer guard comes first and wins", "[policy]") {
  SceneWorld world;
  world.all = test::policies_of({allowing("a")});
  world.guard = kube::Map{{"certwright.dev/allowed-namespaces", "other"}};
  const Verdict verdict = decide(test::request_of(kWeb), world, {});
  CHECK(verdict.answer == Answer::Denied);
  CHECK_FALSE(verdict.guard.empty());
  CHECK(verdict.message.find("Issuer corp") != std::string::npos);
  CHECK(world.asked.empty());
  // Even where no policy exists.
  world.all.clear();
  CHECK(decide(test::request_of(kWeb), world, {}).answer == Answer::Denied);
  // To explain, the policies are looked at all the same.
  world.all = test::policies_of({allowing("a")});
  const Verdict whole = decide(test::request_of(kWeb), world, {}, Depth::Everything);
  CHECK(whole.answer == Answer::Denied);
  CHECK(whole.policy.empty());
  REQUIRE(whole.outcomes.size() == 1);
  CHECK(whole.outcomes.front().stage == Stage::Passes);
  world.guard = kube::Map{{"certwright.dev/allowed-namespaces", "te*"}};
  CHECK(decide(test::request_of(kWeb), world, {}).answer == Answer::Approved);
}

TEST_CASE("decide: an approved request says nothing of the others unless asked for everything", "[policy]") {
  SceneWorld world;
  world.all = test::policies_of({allowing("a"), allowing("b", "x"), allowing("c")});
  const Verdict brief = decide(test::request_of(kWeb), world, {});
  CHECK(brief.outcomes[0].stage == Stage::Passes);
  CHECK(brief.outcomes[1].stage == Stage::NotAsked);
  CHECK(brief.outcomes[2].stage == Stage::NotAsked);
  const Verdict whole = decide(test::request_of(kWeb), world, {}, Depth::Everything);
  CHECK(whole.outcomes[0].stage == Stage::Passes);
  CHECK(whole.outcomes[1].stage == Stage::Fails);
  CHECK(whole.outcomes[2].stage == Stage::Passes);
}

TEST_CASE("decide: messages stay bounded with many policies", "[policy]") {
  SceneWorld world;
  std::vector<Json> policies;
  for (int i = 0; i < 500; ++i) {
    Json one = allowing("p" + std::to_string(1000 + i), std::string(200, 'x'));
    policies.push_back(one);
  }
  world.all = test::policies_of(policies);
  const Verdict verdict = decide(test::request_of(kWeb), world, {});
  CHECK(verdict.answer == Answer::Denied);
  CHECK(verdict.message.size() < 17000);
  CHECK(verdict.message.find("more policies") != std::string::npos);
}
