// What is written of a policy's readiness, and the gauge of requests. reference/policy.md 1.6, 1.8.
#include <catch2/catch.hpp>

#include "controller/policy/approval_counts.h"
#include "controller/policy/policy_reconcile.h"
#include "lib/api/resources.h"
#include "tests/unit/controller/scene.h"
#include "tests/unit/controller_policy/ground.h"

namespace {

using namespace cw;                     // tests only
using namespace cw::controller::tests;  // tests only
using controller::approval::ApprovalCounts;
using controller::approval::PolicyReconciler;

struct Reconciled : Ground {
  policy::PolicyPointer compiled() const {
    const auto object = read(api::kCertificateRequestPolicies, "", "p");
    if (object.is_null()) return nullptr;
    return policy::CompiledPolicy::compile(*api::decode_certificate_request_policy(object));
  }
  void reconcile(const policy::PolicyPointer& seen) {
    PolicyReconciler reconciler({.find = [&](const std::string&) { return seen; },
                                 .writer = writer,
                                 .events = told,
                                 .clock = clock,
                                 .stored = [this](const kube::Json& policy) { stored = policy; }});
    REQUIRE(reconciler.reconcile({{}, "p"}).has_value());
  }
  std::string readiness() const { return ready(read(api::kCertificateRequestPolicies, "", "p")); }

  kube::Json stored;
};

api::CertificateRequest request_with(const std::string& name_space, const std::string& type) {
  api::CertificateRequest request;
  request.metadata.name_space = name_space;
  if (type.empty()) return request;
  kube::Condition decided;
  decided.type = type;
  decided.status = "True";
  request.status.conditions.push_back(decided);
  return request;
}

std::string text_of(const ApprovalCounts& counts) {
  MetricsPage page;
  counts.write(page);
  return page.take();
}

}  // namespace

TEST_CASE("readiness: written once, by the approver, and again when the policy breaks", "[policy]") {
  Reconciled scene;
  scene.add_policy("p", allowing({"*"}));
  scene.kube.forget_writes();
  scene.reconcile(scene.compiled());
  CHECK(scene.readiness() == "True/Ready");
  CHECK(ready(scene.stored) == "True/Ready");
  REQUIRE(scene.kube.writes().size() == 1);
  CHECK(scene.kube.writes()[0].part == kube::Part::Status);
  CHECK(scene.kube.writes()[0].field_manager == "approver-policy");
  scene.reconcile(scene.compiled());
  CHECK(scene.kube.writes().size() == 1);
  CHECK(scene.told.count("CertificateRequestPolicy/p Normal Ready") == 1);

  auto broken = allowing({"*"});
  broken["plugins"] = {{"rego", kube::Json::object()}};
  scene.add_policy("p", broken);
  scene.reconcile(scene.compiled());
  CHECK(scene.readiness() == "False/NotReady");
  CHECK(scene.told.count("CertificateRequestPolicy/p Warning NotReady") == 1);
}

TEST_CASE("readiness: a policy that is deleted meanwhile is no failure and no news", "[policy]") {
  Reconciled scene;
  scene.add_policy("p", allowing({"*"}));
  const auto seen = scene.compiled();
  REQUIRE(scene.kube.remove(api::kCertificateRequestPolicies, {"", "p"}).has_value());
  scene.reconcile(seen);
  scene.reconcile(nullptr);
  CHECK(scene.stored.is_null());
  CHECK(scene.told.count("CertificateRequestPolicy/p Normal Ready") == 0);
}

TEST_CASE("counts: ten requests are six series, and each moves with its request", "[policy]") {
  ApprovalCounts counts;
  const std::vector<std::string> team{"Approved", "Approved", "Approved", "Denied", "", ""};
  const std::vector<std::string> other{"Approved", "Denied", "Denied", ""};
  for (const auto& type : team) {
    const auto request = request_with("team", type);
    counts.change(nullptr, &request);
  }
  for (const auto& type : other) {
    const auto request = request_with("other", type);
    counts.change(nullptr, &request);
  }
  const std::string gauge = "\ncertmanager_approverpolicy_certificaterequests_approval";
  const auto has = [&](const std::string& line) {
    return text_of(counts).find(gauge + line + "\n") != std::string::npos;
  };
  CHECK(has(R"({namespace="team",status="approved"} 3)"));
  CHECK(has(R"({namespace="team",status="denied"} 1)"));
  CHECK(has(R"({namespace="team",status="unmatched"} 2)"));
  CHECK(has(R"({namespace="other",status="approved"} 1)"));
  CHECK(has(R"({namespace="other",status="denied"} 2)"));
  CHECK(has(R"({namespace="other",status="unmatched"} 1)"));
  const auto waiting = request_with("other", "");
  const auto decided = request_with("other", "Approved");
  counts.change(&waiting, &decided);
  CHECK(has(R"({namespace="other",status="approved"} 2)"));
  CHECK(text_of(counts).find(R"(namespace="other",status="unmatched")") == std::string::npos);
}
