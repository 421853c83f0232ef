// What holds for all policies and requests: many are made at random from a few words, so that they meet.
#include <algorithm>
#include <map>
#include <random>

#include <catch2/catch.hpp>

#include "tests/unit/policy/policy_scene.h"

using namespace cw;
using namespace cw::policy;
using test::Json;
using test::SceneWorld;

namespace {

class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}
  std::size_t below(std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(engine_);
  }
  bool chance(std::size_t of_ten) { return below(10) < of_ten; }
  template <typename T>
  T one_of(const std::vector<T>& all) {
    return all[below(all.size())];
  }
  std::mt19937& engine() { return engine_; }

 private:
  std::mt19937 engine_;
};

Json random_selector(Random& random) {
  Json selector{{"issuerRef", Json::object()}};
  if (random.chance(4))
    selector["issuerRef"]["name"] = random.one_of<std::string>({"corp", "c*", "other", "*"});
  if (random.chance(3))
    selector["namespace"]["matchNames"] = {random.one_of<std::string>({"team", "t*", "x"})};
  if (random.chance(2))
    selector["namespace"]["matchLabels"] = {{"env", random.one_of<std::string>({"a", "b"})}};
  return selector;
}

Json random_policy(Random& random, int number) {
  Json policy{{"name", "p" + std::to_string(number)}, {"selector", random_selector(random)}};
  Json& allowed = policy["allowed"] = Json::object();
  if (random.chance(8)) allowed["commonName"] = {{"value", random.one_of<std::string>({"*", "web", "x"})}};
  if (random.chance(7)) {
    allowed["dnsNames"] = {{"values", random.one_of<Json>({{"*"}, {"a.*", "b.*"}, Json::array()})}};
    if (random.chance(3)) allowed["dnsNames"]["required"] = true;
    if (random.chance(3)) {
      allowed["dnsNames"]["validations"] = {
          {{"rule",
            random.one_of<std::string>({"true", "self != 'b.example'", "self.charAt(99) == ''", "no"})}}};
    }
  }
  if (random.chance(2)) policy["constraints"] = {{"maxDuration", "2h"}};
  if (random.chance(1)) policy["plugins"] = {{"rego", Json::object()}};
  policy["ready"] = random.one_of<Json>({true, true, true, true, false, nullptr});
  if (random.chance(1)) policy["mode"] = "audit";
  return policy;
}

Json random_request(Random& random) {
  Json request{{"issuer", {{"name", random.one_of<std::string>({"corp", "other"})}}}};
  if (random.chance(7)) request["commonName"] = random.one_of<std::string>({"web", "x"});
  if (random.chance(7))
    request["dnsNames"] = random.one_of<Json>({{"a.example"}, {"a.example", "b.example"}});
  if (random.chance(5)) request["duration"] = random.one_of<std::string>({"1h", "3h"});
  return request;
}

void random_world(Random& random, SceneWorld& world) {
  world.namespaces["team"] = kube::Map{{"env", random.one_of<std::string>({"a", "b", "c"})}};
  world.everybody = random.chance(3);
  for (std::size_t i = random.below(7); i > 0; --i) {
    const Json policy = random_policy(random, static_cast<int>(i));
    if (random.chance(6)) world.bound.insert(policy["name"].get<std::string>());
    world.all.push_back(test::policy_of(policy));
  }
}

}  // namespace

TEST_CASE("property: one more policy never takes an approval away", "[policy]") {
  Random random(1);
  int approved = 0;
  for (int i = 0; i < 600; ++i) {
    SceneWorld world;
    random_world(random, world);
    const RequestView view = test::request_of(random_request(random));
    const bool was_approved = decide(view, world, {}).answer == Answer::Approved;
    approved += was_approved ? 1 : 0;
    world.all.push_back(test::policy_of(random_policy(random, 9)));
    if (random.chance(5)) world.bound.insert("p9");
    if (was_approved) CHECK(decide(view, world, {}).answer == Answer::Approved);
  }
  CHECK(approved > 40);  // it was put to the test
}

TEST_CASE("property: the order of policies changes no answer, and a look at everything neither", "[policy]") {
  Random random(2);
  std::map<Answer, int> met;
  for (int i = 0; i < 600; ++i) {
    SceneWorld world;
    random_world(random, world);
    Options options;
    if (random.chance(3)) options.unmatched = Unmatched::Deny;
    const RequestView view = test::request_of(random_request(random));
    const Verdict first = decide(view, world, options);
    ++met[first.answer];
    std::shuffle(world.all.begin(), world.all.end(), random.engine());
    const Verdict second = decide(view, world, options);
    CHECK(first.answer == second.answer);
    CHECK(first.message == second.message);
    CHECK(decide(view, world, options, Depth::Everything).answer == first.answer);
  }
  CHECK(met[Answer::Approved] > 40);
  CHECK(met[Answer::Denied] > 40);
  CHECK(met[Answer::Pending] > 40);
}

TEST_CASE("property: approved is what one bound, ready, enforced policy allows", "[policy]") {
  Random random(3);
  for (int i = 0; i < 600; ++i) {
    SceneWorld world;
    random_world(random, world);
    const RequestView view = test::request_of(random_request(random));
    const bool somebody = std::any_of(world.all.begin(), world.all.end(), [&](const PolicyPointer& one) {
      return selects_issuer(*one, view.issuer) && selects_namespace_name(*one, view.name_space) &&
             selects_labels(*one, world.namespaces["team"]) && one->readiness() == Readiness::Ready &&
             one->mode() == PolicyMode::Enforce && (world.everybody || world.bound.contains(one->name())) &&
             evaluate(*one, view).empty();
    });
    CHECK((decide(view, world, {}).answer == Answer::Approved) == somebody);
  }
}
