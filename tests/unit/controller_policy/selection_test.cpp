// What wakes a request that waits: rights, labels, policies. reference/policy.md 3.9 nos. 8 to 14, 116, 117.
#include <catch2/catch.hpp>

#include "lib/api/resources.h"
#include "tests/unit/controller/scene.h"
#include "tests/unit/controller_policy/ground.h"

namespace {

using namespace cw;                     // tests only
using namespace cw::controller::tests;  // tests only

// One policy that allows, and a request in "team" that waits since nobody may use it.
struct Unbound : Ground {
  Unbound() {
    add_namespace("team");
    add_namespace("other");
    add_policy("example", allowing({"*.example.com"}));
    add_request("team", "r");
    start();
    REQUIRE(is_told_to_wait("r"));
    REQUIRE(decision("team", "r").empty());
  }
};

constexpr const char* kUnprocessed = "CertificateRequest/r Normal Unprocessed";

}  // namespace

TEST_CASE("approval: who is bound to no policy waits, is told which right is missing, once", "[policy]") {
  Unbound ground;
  CHECK(ground.told.message(kUnprocessed).find("example") != std::string::npos);
  CHECK(ground.told.message(kUnprocessed).find("use") != std::string::npos);
  ground.add_namespace("team", {{"a", "b"}});
  ground.add_namespace("team", {{"a", "c"}});
  ground.add_request("team", "later");
  REQUIRE(ground.is_told_to_wait("later"));
  CHECK(ground.told.count(kUnprocessed) == 1);
  CHECK(ground.read(api::kCertificateRequests, "team", "r").value("status", kube::Json()).is_null());
}

TEST_CASE("approval: each kind of RBAC object, made last, lets a waiting request go on", "[policy]") {
  Unbound ground;
  SECTION("ClusterRoleBinding") {
    ground.apply(api::kClusterRoles, role("", "use", "example"));
    ground.apply(api::kClusterRoleBindings, binding("", "use", "use", user(kUser)));
  }
  SECTION("ClusterRole") {
    ground.apply(api::kClusterRoleBindings, binding("", "use", "use", user(kUser)));
    ground.apply(api::kClusterRoles, role("", "use", "example"));
  }
  SECTION("RoleBinding to a Role") {
    ground.apply(api::kRoles, role("team", "use", "example"));
    ground.apply(api::kRoleBindings, binding("team", "use", "use", user(kUser)));
  }
  SECTION("Role") {
    ground.apply(api::kRoleBindings, binding("team", "use", "use", user(kUser)));
    ground.apply(api::kRoles, role("team", "use", "example"));
  }
  SECTION("RoleBinding to a ClusterRole") {
    ground.apply(api::kClusterRoles, role("", "use", "example"));
    ground.apply(api::kRoleBindings, binding("team", "use", "use", user(kUser), true));
  }
  SECTION("of a group") {
    ground.apply(api::kClusterRoles, role("", "use", "example"));
    ground.apply(api::kClusterRoleBindings, binding("", "use", "use", group("staff")));
  }
  SECTION("a role that names no policy: all") {
    auto all = role("", "use", "example");
    all["rules"][0].erase("resourceNames");
    ground.apply(api::kClusterRoleBindings, binding("", "use", "use", user(kUser)));
    ground.apply(api::kClusterRoles, all);
  }
  CHECK(ground.becomes("team", "r", "Approved"));
  CHECK(ground.message("team", "r").find("example") != std::string::npos);
}

TEST_CASE("approval: a binding in another namespace does not count", "[policy]") {
  Unbound ground;
  ground.apply(api::kClusterRoles, role("", "use", "example"));
  ground.apply(api::kRoleBindings, binding("other", "use", "use", user(kUser), true));
  ground.add_request("other", "there");
  REQUIRE(ground.becomes("other", "there", "Approved"));
  CHECK(ground.decision("team", "r").empty());
}

TEST_CASE("approval: a label that the Namespace gets later lets a waiting request go on", "[policy]") {
  Ground ground;
  auto spec = allowing({"*.example.com"});
  spec["selector"]["namespace"]["matchLabels"] = {{"env", "prod"}};
  ground.add_namespace("team", {{"env", "dev"}});
  ground.add_policy("example", spec);
  ground.bind("example");
  ground.add_request("team", "r");
  ground.start();
  REQUIRE(ground.is_told_to_wait("r"));
  ground.add_namespace("team", {{"env", "prod"}});
  CHECK(ground.becomes("team", "r", "Approved"));
}

TEST_CASE("approval: without its Namespace, names select and labels cannot", "[policy]") {
  Ground ground;
  auto spec = allowing({"*.example.com"});
  SECTION("names") {
    spec["selector"]["namespace"]["matchNames"] = {"te*"};
    ground.add_policy("example", spec);
    ground.bind("example");
    ground.start();
    ground.add_request("team", "r");
    CHECK(ground.becomes("team", "r", "Approved"));
  }
  SECTION("labels") {
    spec["selector"]["namespace"]["matchLabels"] = {{"env", "prod"}};
    ground.add_policy("example", spec);
    ground.bind("example");
    ground.start();
    ground.add_request("team", "r");
    REQUIRE(ground.wait_for(
        [&] { return ground.told.count("CertificateRequest/r Warning EvaluationError") > 0; }));
    CHECK(ground.decision("team", "r").empty());
    ground.add_namespace("team", {{"env", "prod"}});
    CHECK(ground.becomes("team", "r", "Approved"));
  }
}

TEST_CASE("approval: when the last policy is gone nothing is approved", "[policy]") {
  Ground ground;
  auto spec = allowing({"*"});
  spec["selector"]["namespace"]["matchNames"] = {"team"};
  ground.add_policy("example", spec);
  ground.bind("example");
  ground.add_request("team", "first");
  ground.add_request("other", "waits");
  ground.start();
  REQUIRE(ground.becomes("team", "first", "Approved"));
  REQUIRE(ground.is_told_to_wait("waits"));
  const auto why = [&] { return ground.told.message("CertificateRequest/waits Normal Unprocessed"); };
  REQUIRE(ground.wait_for([&] { return why().find("example") != std::string::npos; }));
  REQUIRE(ground.kube.remove(api::kCertificateRequestPolicies, {"", "example"}).has_value());
  REQUIRE(ground.wait_for([&] { return why().find("example") == std::string::npos; }));
  ground.add_request("team", "r");
  REQUIRE(ground.is_told_to_wait("r"));
  CHECK(ground.decision("team", "r").empty());
  ground.restart();
  ground.add_request("team", "s");
  REQUIRE(ground.is_told_to_wait("s"));
  CHECK(ground.decision("team", "r").empty());
}

TEST_CASE("approval: without the CRD nothing is approved, the rest works, and it is found once it is there",
          "[policy]") {
  std::atomic<bool> there{false};  // outlives the machine in the ground, which asks to its end
  Ground ground;
  ground.kube.fail_when([&](const contract::Call& call) -> std::optional<Error> {
    if (there || call.plural != "certificaterequestpolicies") return std::nullopt;
    return Error{Code::NotFound, "the server could not find the requested resource"};
  });
  ground.add_namespace("team");
  ground.bind("example");
  ground.add_request("team", "r");
  ground.apply(api::kIssuers, issuer("team", "self", {{"selfSigned", kube::Json::object()}}));
  ground.start();
  REQUIRE(
      ground.wait_for([&] { return ready(ground.read(api::kIssuers, "team", "self")) == "True/IsReady"; }));
  constexpr const char* kError = "CertificateRequest/r Warning EvaluationError";
  REQUIRE(ground.wait_for([&] { return ground.told.count(kError) > 0; }));
  CHECK(ground.told.message(kError).find("CustomResourceDefinition") != std::string::npos);
  CHECK(ground.decision("team", "r").empty());
  CHECK(ground.machine->synced());
  ground.machine->stop();
  there = true;
  ground.add_policy("example", allowing({"*"}));
  ground.start();
  CHECK(ground.becomes("team", "r", "Approved"));
}

TEST_CASE("approval: when nobody can say who may do what, nothing is decided", "[policy]") {
  Ground ground;
  ground.writer.reviews_fail = true;
  ground.add_namespace("team");
  ground.add_policy("example", allowing({"*"}));
  ground.bind("example");
  ground.add_request("team", "r");
  ground.start();
  REQUIRE(
      ground.wait_for([&] { return ground.told.count("CertificateRequest/r Warning EvaluationError") > 0; }));
  CHECK(ground.decision("team", "r").empty());
}

TEST_CASE("approval: two controllers at once decide once", "[policy]") {
  Ground ground;
  ground.add_namespace("team");
  ground.add_policy("example", allowing({"*.example.com"}));
  ground.bind("example");
  ground.add_request("team", "good");
  ground.add_request("team", "bad", {"evil.test"});
  ground.start();
  auto first = std::move(ground.machine);
  ground.start();
  REQUIRE(ground.becomes("team", "good", "Approved"));
  REQUIRE(ground.becomes("team", "bad", "Denied"));
  REQUIRE(ground.wait_for(
      [&] { return ready(ground.read(api::kCertificateRequests, "team", "good")) == "False/Pending"; }));
  const auto version = [&] {
    return ground.read(api::kCertificateRequests, "team", "good")["metadata"]["resourceVersion"];
  };
  const auto before = version();
  ground.add_namespace("team", {{"x", "y"}});
  ground.add_request("team", "late");
  REQUIRE(ground.becomes("team", "late", "Approved"));
  CHECK(version() == before);
  first->stop();
}
