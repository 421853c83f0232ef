// The approval policy's look-ups: what is asked of the API server, and what is remembered.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/unit/webhook/fake_kube.h"
#include "webhook/policy/access_reviews.h"
#include "webhook/policy/discovered_signers.h"

using namespace cw;  // tests only
using kube::Json;

namespace {

const TimePoint kNow{std::chrono::seconds(1'700'000'000)};

void serve_example(test::FakeKube& api) {
  api.paths["/apis"] = Json::parse(R"({"groups":[{"name":"example.com","versions":
      [{"groupVersion":"example.com/v2"},{"groupVersion":"example.com/v1"}]}]})");
  api.paths["/apis/example.com/v2"] =
      Json::parse(R"({"resources":[{"name":"signers","kind":"Signer","namespaced":true}]})");
  api.paths["/apis/example.com/v1"] = Json::parse(R"({"resources":[{"name":"olds","kind":"Old"}]})");
}

}  // namespace

TEST_CASE("signers: our own kinds are known without asking", "[webhook][policy]") {
  test::FakeKube api;
  const ManualClock clock(kNow);
  webhook::DiscoveredSigners signers(api, clock);
  CHECK(**signers.find("cert-manager.io", "Issuer") == webhook::SignerResource{"issuers", true});
  CHECK(**signers.find("cert-manager.io", "ClusterIssuer") ==
        webhook::SignerResource{"clusterissuers", false});
  CHECK(api.asked.empty());
}

TEST_CASE("signers: a foreign kind is looked for in every version of its group, and then remembered",
          "[webhook][policy]") {
  test::FakeKube api;
  serve_example(api);
  const ManualClock clock(kNow);
  webhook::DiscoveredSigners signers(api, clock);
  CHECK(**signers.find("example.com", "Old") == webhook::SignerResource{"olds", false});
  CHECK(api.asked == std::vector<std::string>{"/apis", "/apis/example.com/v2", "/apis/example.com/v1"});
  CHECK(**signers.find("example.com", "Old") == webhook::SignerResource{"olds", false});
  CHECK(api.asked.size() == 3);
}

TEST_CASE("signers: a kind that a group lacks is remembered for half a minute, a missing group not at all",
          "[webhook][policy]") {
  test::FakeKube api;
  serve_example(api);
  ManualClock clock(kNow);
  webhook::DiscoveredSigners signers(api, clock);
  CHECK_FALSE(*signers.find("example.com", "New"));
  CHECK_FALSE(*signers.find("example.com", "New"));
  CHECK(api.asked.size() == 3);
  api.paths["/apis/example.com/v1"]["resources"].push_back({{"name", "news"}, {"kind", "New"}});
  clock.advance(std::chrono::seconds(30));
  CHECK(*signers.find("example.com", "New"));
  api.asked.clear();
  CHECK_FALSE(*signers.find("nowhere.com", "X"));
  CHECK_FALSE(*signers.find("nowhere.com", "X"));
  CHECK(api.asked.size() == 2);
}

TEST_CASE("signers: a failing discovery is an error and not remembered", "[webhook][policy]") {
  test::FakeKube api;
  const ManualClock clock(kNow);
  webhook::DiscoveredSigners signers(api, clock);
  CHECK_FALSE(signers.find("example.com", "Signer"));
  serve_example(api);
  CHECK(*signers.find("example.com", "Signer"));
}

TEST_CASE("access: the question names user, verb and signer, and is asked once a second",
          "[webhook][policy]") {
  test::FakeKube api;
  api.answer = Json{{"status", {{"allowed", true}}}};
  ManualClock clock(kNow);
  webhook::AccessReviews access(api, clock, [](auto) {});
  const kube::UserInfo jane{"jane", "1", {"dev"}, {{"k", {"v"}}}};
  CHECK(*access.may_approve(jane, "issuers.cert-manager.io/*"));
  REQUIRE(api.created.size() == 1);
  CHECK(api.created[0]["spec"] ==
        Json::parse(R"({"user":"jane","uid":"1","groups":["dev"],"extra":{"k":["v"]},
      "resourceAttributes":{"group":"cert-manager.io","version":"*","resource":"signers","verb":"approve",
      "name":"issuers.cert-manager.io/*"}})"));
  CHECK(*access.may_approve(jane, "issuers.cert-manager.io/*"));
  CHECK(api.created.size() == 1);
  clock.advance(std::chrono::seconds(1));
  api.answer = Json{{"status", {{"allowed", false}}}};
  CHECK_FALSE(*access.may_approve(jane, "issuers.cert-manager.io/*"));
  CHECK_FALSE(*access.may_approve(jane, "issuers.cert-manager.io/*"));
  CHECK(api.created.size() == 2);
}

TEST_CASE("access: a server that cannot answer is asked once more, later", "[webhook][policy]") {
  test::FakeKube api;
  api.failures = {Code::Unavailable};
  api.answer = Json{{"status", {{"allowed", true}}}};
  const ManualClock clock(kNow);
  int waits = 0;
  webhook::AccessReviews access(api, clock, [&](std::chrono::milliseconds) { ++waits; });
  CHECK(*access.may_approve({"jane", "", {}, {}}, "x"));
  CHECK(waits == 1);
  api.failures = {Code::Unavailable, Code::Unavailable};
  CHECK_FALSE(access.may_approve({"joe", "", {}, {}}, "x"));
  api.failures = {Code::Forbidden};
  CHECK_FALSE(access.may_approve({"eve", "", {}, {}}, "x"));
  CHECK(waits == 2);
}

TEST_CASE("access: an answer that is allowed and denied, or none, is an error", "[webhook][policy]") {
  test::FakeKube api;
  const ManualClock clock(kNow);
  webhook::AccessReviews access(api, clock, [](auto) {});
  api.answer = Json{{"status", {{"allowed", true}, {"denied", true}}}};
  CHECK_FALSE(access.may_approve({"jane", "", {}, {}}, "x"));
  api.answer = Json::object();
  CHECK_FALSE(access.may_approve({"jane", "", {}, {}}, "x"));
}

TEST_CASE("access: memory is bounded however many ask", "[webhook][policy]") {
  test::FakeKube api;
  api.answer = Json{{"status", {{"allowed", true}}}};
  const ManualClock clock(kNow);
  webhook::AccessReviews access(api, clock, [](auto) {});
  for (int i = 0; i < 10'000; ++i) CHECK(access.may_approve({"user-" + std::to_string(i), "", {}, {}}, "x"));
  CHECK(access.remembered() <= 8192);
}
