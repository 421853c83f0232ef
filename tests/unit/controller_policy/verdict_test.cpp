// What becomes of a request, and how it is told. reference/policy.md 3.9 nos. 49 to 61, 68, 118, 120.
#include <catch2/catch.hpp>

#include "lib/api/resources.h"
#include "tests/unit/controller/scene.h"
#include "tests/unit/controller_policy/ground.h"

namespace {

using namespace cw;                     // tests only
using namespace cw::controller::tests;  // tests only

void add_bound(Ground& ground, const std::string& name, const std::vector<std::string>& dns_names) {
  ground.add_policy(name, allowing(dns_names));
  ground.bind(name);
}

std::string manager_of_approval(const Ground& ground) {
  for (const auto& write : ground.kube.writes()) {
    if (write.plural == "certificaterequests" && write.part == kube::Part::Status) return write.field_manager;
  }
  return {};
}

}  // namespace

TEST_CASE("verdict: condition, event and field manager are those of the field", "[policy]") {
  Ground ground;
  add_bound(ground, "example", {"*.example.com"});
  ground.start();
  SECTION("approved, whatever group the issuer is of") {
    ground.add_request("team", "r");
    auto foreign = ground.read(api::kCertificateRequests, "team", "r");
    foreign["metadata"] = {{"namespace", "team"}, {"name", "f"}};
    foreign["spec"]["issuerRef"] = {{"name", "x"}, {"kind", "K"}, {"group", "issuers.example.com"}};
    ground.apply(api::kCertificateRequests, foreign);
    REQUIRE(ground.becomes("team", "r", "Approved"));
    REQUIRE(ground.becomes("team", "f", "Approved"));
    const auto approved = condition(ground.read(api::kCertificateRequests, "team", "r"), "Approved");
    CHECK(approved["status"] == "True");
    CHECK(approved["reason"] == "policy.cert-manager.io");
    CHECK(manager_of_approval(ground) == "approver-policy");
    CHECK(ground.wait_for([&] { return ground.told.count("CertificateRequest/r Normal Approved") == 1; }));
  }
  SECTION("denied") {
    ground.add_request("team", "r", {"evil.test"});
    REQUIRE(ground.becomes("team", "r", "Denied"));
    const auto denied = condition(ground.read(api::kCertificateRequests, "team", "r"), "Denied");
    CHECK(denied["status"] == "True");
    CHECK(denied["reason"] == "policy.cert-manager.io");
    CHECK(ground.message("team", "r").find("[example: spec.allowed.dnsNames") != std::string::npos);
    CHECK(ground.wait_for([&] { return ground.told.count("CertificateRequest/r Warning Denied") == 1; }));
    CHECK(ground.wait_for(
        [&] { return ready(ground.read(api::kCertificateRequests, "team", "r")) == "False/Denied"; }));
  }
}

TEST_CASE("verdict: one policy that allows is enough; of several that deny all are named", "[policy]") {
  Ground ground;
  add_bound(ground, "b-strict", {"b.test"});
  add_bound(ground, "a-strict", {"a.test"});
  ground.start();
  ground.add_request("team", "none");
  REQUIRE(ground.becomes("team", "none", "Denied"));
  const auto message = ground.message("team", "none");
  CHECK(message.find("[a-strict: ") < message.find("[b-strict: "));
  CHECK(message.find("[b-strict: ") != std::string::npos);
  ground.add_request("team", "one", {"b.test"});
  CHECK(ground.becomes("team", "one", "Approved"));
}

TEST_CASE("verdict: a policy that is not ready neither approves nor holds up a denial", "[policy]") {
  Ground ground;
  auto with_plugin = allowing({"*"});
  with_plugin["plugins"] = {{"rego", kube::Json::object()}};
  ground.add_policy("plugged", with_plugin);
  ground.bind("plugged");
  SECTION("alone: it waits, and is told why") {
    ground.start();
    ground.add_request("team", "r");
    REQUIRE(ground.is_told_to_wait("r"));
    REQUIRE(ground.wait_for([&] {
      return ready(ground.read(api::kCertificateRequestPolicies, "", "plugged")) == "False/NotReady";
    }));
    CHECK(ground.wait_for([&] {
      return ground.told.message("CertificateRequest/r Normal Unprocessed").find("plugged") !=
             std::string::npos;
    }));
    CHECK(ground.decision("team", "r").empty());
  }
  SECTION("with one that denies: denied") {
    add_bound(ground, "strict", {"a.test"});
    ground.start();
    REQUIRE(ground.wait_for([&] {
      return ready(ground.read(api::kCertificateRequestPolicies, "", "plugged")) == "False/NotReady" &&
             ready(ground.read(api::kCertificateRequestPolicies, "", "strict")) == "True/Ready";
    }));
    ground.add_request("team", "r");
    CHECK(ground.becomes("team", "r", "Denied"));
  }
  SECTION("though its stored condition says that it is ready") {
    ground.set_ready("plugged", "True");
    ground.options.controllers = {"*"};
    ground.start();
    ground.add_request("team", "r");
    REQUIRE(ground.is_told_to_wait("r"));
    CHECK(ground.decision("team", "r").empty());
  }
}

TEST_CASE("verdict: what is decided stays as it is", "[policy]") {
  Ground ground;
  add_bound(ground, "example", {"*.example.com"});
  ground.add_request("team", "r", {"evil.test"});
  const kube::Json by_hand = {
      {"status",
       {{"conditions",
         {{{"type", "Approved"}, {"status", "True"}, {"reason", "Jane"}, {"message", "I know it"}}}}}}};
  REQUIRE(ground.kube.merge_patch(api::kCertificateRequests, {"team", "r"}, kube::Part::Status, by_hand)
              .has_value());
  ground.start();
  ground.add_request("team", "s");
  REQUIRE(ground.becomes("team", "s", "Approved"));
  CHECK(condition(ground.read(api::kCertificateRequests, "team", "r"), "Denied").is_null());
  CHECK(ground.message("team", "r") == "I know it");
}

TEST_CASE("verdict: nothing applies", "[policy]") {
  Ground ground;
  SECTION("there is no policy: the event says so") {
    ground.start();
    ground.add_request("team", "r");
    REQUIRE(ground.is_told_to_wait("r"));
    CHECK(ground.told.message("CertificateRequest/r Normal Unprocessed").find("CertificateRequestPolicy") !=
          std::string::npos);
    CHECK(ground.decision("team", "r").empty());
  }
  SECTION("--policy-unmatched=deny") {
    ground.options.policy.unmatched = policy::Unmatched::Deny;
    ground.add_policy("example", allowing({"*"}));
    ground.start();
    ground.add_request("team", "r");
    REQUIRE(ground.becomes("team", "r", "Denied"));
    CHECK(ground.message("team", "r").find("example") != std::string::npos);
  }
}

TEST_CASE("verdict: a CSR that cannot be read is an event, and no condition", "[policy]") {
  Ground ground;
  add_bound(ground, "example", {"*"});
  ground.start();
  ground.apply(
      api::kCertificateRequests,
      {{"metadata", {{"namespace", "team"}, {"name", "r"}}},
       {"spec", {{"username", kUser}, {"issuerRef", {{"name", "none"}}}, {"request", "bm9uc2Vuc2U="}}}});
  REQUIRE(ground.wait_for(
      [&] { return ground.told.count("CertificateRequest/r Warning EvaluationError") == 1; }));
  CHECK(ground.decision("team", "r").empty());
}

TEST_CASE("verdict: with that controller off nobody of ours approves", "[policy]") {
  Ground ground;
  add_bound(ground, "example", {"*"});
  ground.options.controllers = {"*", "-certificaterequests-approver"};
  ground.apply(api::kIssuers, issuer("team", "self", {{"selfSigned", kube::Json::object()}}));
  ground.add_request("team", "r");
  ground.start();
  REQUIRE(
      ground.wait_for([&] { return ready(ground.read(api::kIssuers, "team", "self")) == "True/IsReady"; }));
  REQUIRE(ground.wait_for([&] {
    for (const auto& [name, counts] : ground.machine->counts()) {
      if (name == "certificaterequests-approver" && counts.calls > 0) return true;
    }
    return false;
  }));
  CHECK(ground.decision("team", "r").empty());
}

TEST_CASE("verdict: metrics count requests by namespace and status, and verdicts by policy", "[policy]") {
  Ground ground;
  add_bound(ground, "example", {"*.example.com"});
  ground.start();
  REQUIRE(ground.wait_for(
      [&] { return ready(ground.read(api::kCertificateRequestPolicies, "", "example")) == "True/Ready"; }));
  for (const char* name : {"a", "b", "c"}) ground.add_request("team", name);
  ground.add_request("team", "bad", {"evil.test"});
  ground.add_request("other", "bad", {"evil.test"});
  for (const char* name : {"a", "b", "c"}) REQUIRE(ground.becomes("team", name, "Approved"));
  REQUIRE(ground.becomes("team", "bad", "Denied"));
  REQUIRE(ground.becomes("other", "bad", "Denied"));
  const auto has = [&](const std::string& line) {
    return ground.wait_for([&] { return ground.metrics().find(line + "\n") != std::string::npos; });
  };
  const std::string gauge = "certmanager_approverpolicy_certificaterequests_approval";
  CHECK(has(gauge + R"({namespace="team",status="approved"} 3)"));
  CHECK(has(gauge + R"({namespace="team",status="denied"} 1)"));
  CHECK(has(gauge + R"({namespace="other",status="denied"} 1)"));
  CHECK(has(R"(certwright_policy_verdicts_total{policy="example",verdict="approved"} 3)"));
  CHECK(has(R"(certwright_policy_verdicts_total{policy="example",verdict="denied"} 2)"));
  CHECK(ground.metrics().find("certwright_policy_evaluation_seconds_count ") != std::string::npos);
  REQUIRE(ground.kube.remove(api::kCertificateRequests, {"other", "bad"}).has_value());
  CHECK(ground.wait_for(
      [&] { return ground.metrics().find(R"({namespace="other",status=)") == std::string::npos; }));
}

TEST_CASE("verdict: with 200 policies an approved request costs at most two reviews", "[policy]") {
  Ground ground;
  for (int i = 0; i < 200; ++i) add_bound(ground, "p" + std::to_string(i), {"*.example.com"});
  ground.start();
  REQUIRE(ground.wait_for(
      [&] { return ready(ground.read(api::kCertificateRequestPolicies, "", "p199")) == "True/Ready"; }));
  ground.writer.reviews = 0;
  constexpr int kRequests = 10;
  for (int i = 0; i < kRequests; ++i) ground.add_request("team", "r" + std::to_string(i));
  for (int i = 0; i < kRequests; ++i) REQUIRE(ground.becomes("team", "r" + std::to_string(i), "Approved"));
  CHECK(ground.writer.reviews <= 2 * kRequests);
}
