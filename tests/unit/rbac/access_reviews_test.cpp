#include "lib/rbac/access_reviews.h"

#include <deque>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace cw::rbac {
namespace {

using kube::Json;

// Answers SubjectAccessReviews as told.
class Server final : public kube::KubeWriter {
 public:
  Result<Json> create(const kube::Resource&, const Json& object, const kube::WriteOptions&) override {
    asked.push_back(object["spec"]);
    if (failures.empty()) return answer;
    const Code code = failures.front();
    failures.pop_front();
    return Error{code, "no"};
  }
  Result<Json> update(const kube::Resource&, kube::Part, const Json&, const kube::WriteOptions&) override {
    return none();
  }
  Result<Json> merge_patch(const kube::Resource&, const kube::ObjectKey&, kube::Part, const Json&,
                           const kube::WriteOptions&) override {
    return none();
  }
  Result<Json> apply(const kube::Resource&, const Json&, const kube::WriteOptions&) override {
    return none();
  }
  Status remove(const kube::Resource&, const kube::ObjectKey&, const kube::Preconditions&) override {
    return none();
  }

  std::vector<Json> asked;
  std::deque<Code> failures;
  Json answer{{"status", {{"allowed", true}}}};

 private:
  static Error none() { return {Code::Internal, "not of this test"}; }
};

const Attributes kUse{.verb = "use",
                      .api_group = "policy.cert-manager.io",
                      .resource = "certificaterequestpolicies",
                      .name = "p",
                      .name_space = "team"};

kube::UserInfo jane() {
  kube::UserInfo user;
  user.username = "jane";
  return user;
}

struct Machine {
  explicit Machine(std::chrono::milliseconds life)
      : reviews(server, clock, life, [this](std::chrono::milliseconds) { ++waits; }) {}
  Server server;
  ManualClock clock{TimePoint{std::chrono::seconds(1'700'000'000)}};
  int waits = 0;
  AccessReviews reviews;
};

}  // namespace

TEST_CASE("the question has the user and what it wants to do") {
  Machine machine(std::chrono::seconds(10));
  kube::UserInfo user = jane();
  user.groups = {"devs"};
  CHECK(*machine.reviews.is_allowed(user, kUse));
  CHECK(machine.server.asked[0] ==
        Json::parse(R"({"user": "jane", "groups": ["devs"], "resourceAttributes": {"verb": "use",
          "group": "policy.cert-manager.io", "version": "*", "resource": "certificaterequestpolicies",
          "name": "p", "namespace": "team"}})"));
  CHECK(*machine.reviews.is_allowed(user, {.verb = "get", .path = "/metrics"}));
  CHECK(machine.server.asked[1]["nonResourceAttributes"] == Json{{"verb", "get"}, {"path", "/metrics"}});
}

TEST_CASE("an answer, yes or no, is good until its time is over") {
  Machine machine(std::chrono::seconds(10));
  CHECK(*machine.reviews.is_allowed(jane(), kUse));
  machine.server.answer["status"]["allowed"] = false;
  machine.clock.advance(std::chrono::seconds(9));
  CHECK(*machine.reviews.is_allowed(jane(), kUse));
  CHECK(machine.reviews.asked() == 1);
  machine.clock.advance(std::chrono::seconds(1));
  CHECK_FALSE(*machine.reviews.is_allowed(jane(), kUse));
  CHECK_FALSE(*machine.reviews.is_allowed(jane(), kUse));
  CHECK(machine.reviews.asked() == 2);
}

TEST_CASE("questions that differ in anything are other questions") {
  Machine machine(std::chrono::seconds(10));
  Attributes other = kUse;
  other.name_space = "ops";
  kube::UserInfo member = jane();
  member.groups = {"devs"};
  for (int i = 0; i < 2; ++i) {
    CHECK(machine.reviews.is_allowed(jane(), kUse));
    CHECK(machine.reviews.is_allowed(jane(), other));
    CHECK(machine.reviews.is_allowed(member, kUse));
  }
  CHECK(machine.reviews.asked() == 3);
}

TEST_CASE("without a time to live every question is put") {
  Machine machine(std::chrono::milliseconds(0));
  for (int i = 0; i < 3; ++i) CHECK(*machine.reviews.is_allowed(jane(), kUse));
  CHECK(machine.reviews.asked() == 3);
  CHECK(machine.reviews.remembered() == 0);
}

TEST_CASE("what could not be found out is asked once more and not remembered") {
  Machine machine(std::chrono::seconds(10));
  machine.server.failures = {Code::Unavailable};
  CHECK(*machine.reviews.is_allowed(jane(), kUse));
  CHECK(machine.waits == 1);
  Attributes other = kUse;
  other.name = "q";
  machine.server.failures = {Code::Forbidden};
  CHECK_FALSE(machine.reviews.is_allowed(jane(), other));
  CHECK(machine.waits == 1);
  CHECK(*machine.reviews.is_allowed(jane(), other));
  machine.server.answer = Json::object();
  other.name = "r";
  CHECK_FALSE(machine.reviews.is_allowed(jane(), other));
}

}  // namespace cw::rbac
