// Tables: a CertificateRequest and its issuer -> what is done with it and what its status says.
#include <catch2/catch.hpp>

#include "controller/requests/outcome.h"
#include "controller/requests/pipeline.h"
#include "lib/api/resources.h"
#include "tests/unit/controller/views.h"

namespace {

using namespace cw;                        // tests only
using namespace cw::controller::requests;  // tests only
using namespace cw::controller::tests;     // tests only
using controller::issuers::IssuerPointer;
using std::chrono::seconds;

IssuerPointer ca_issuer(const char* ready) {
  api::Issuer issuer;
  issuer.metadata.name = "ca";
  issuer.metadata.name_space = "ns";
  issuer.spec.ca.emplace().secret_name = "ca";
  if (ready != nullptr) {
    issuer.status.conditions.push_back({.type = "Ready",
                                        .status = ready,
                                        .last_transition_time = kStart,
                                        .reason = "R",
                                        .message = "the issuer's words",
                                        .observed_generation = 1});
  }
  return std::make_shared<const api::Issuer>(issuer);
}

// Of a Certificate.
RequestView request_view() {
  auto request = *test_request(1).object;
  request.metadata.owner_references.push_back(
      kube::controller_reference(api::kCertificates, test_certificate().metadata));
  return {.request = request, .issuer = Result<IssuerPointer>(ca_issuer("True"))};
}

std::string step_of(const Plan& plan) {
  if (std::holds_alternative<Nothing>(plan.step)) return "Nothing";
  if (std::holds_alternative<MarkDenied>(plan.step)) return "MarkDenied";
  if (std::holds_alternative<AwaitApproval>(plan.step)) return "AwaitApproval";
  if (const auto* pend = std::get_if<Pend>(&plan.step)) return "Pend:" + pend->reason;
  return "Sign";
}

const kube::Condition* ready_in(const StatusChange& change) {
  return kube::find_condition(change.status.conditions, "Ready");
}

}  // namespace

TEST_CASE("pipeline: an undecided request of a Ready issuer is approved and signed at once", "[requests]") {
  const auto made = plan(request_view(), {});
  CHECK(made.approve);
  CHECK(step_of(made) == "Sign");
}

TEST_CASE("pipeline: without an approver of ours nothing is signed before somebody approves", "[requests]") {
  auto view = request_view();
  const Duties duties{.approve = false};
  CHECK(step_of(plan(view, duties)) == "AwaitApproval");
  set(view.request, "Approved", "False", "x");
  CHECK(step_of(plan(view, duties)) == "AwaitApproval");
  view = request_view();
  set(view.request, "Approved", "True", "policy");
  const auto made = plan(view, duties);
  CHECK_FALSE(made.approve);
  CHECK(step_of(made) == "Sign");
}

TEST_CASE("pipeline: the steps in their order", "[requests]") {
  auto view = request_view();
  SECTION("a foreign group is approved and left alone") {
    view.request.spec.issuer_ref.group = "pca.example.com";
    view.issuer.reset();
    const auto made = plan(view, {});
    CHECK(made.approve);
    CHECK(step_of(made) == "Nothing");
  }
  SECTION("denied") {
    set(view.request, "Denied", "True", "no");
    const auto made = plan(view, {});
    CHECK_FALSE(made.approve);
    CHECK(step_of(made) == "MarkDenied");
    set(view.request, "Ready", "False", "Denied");
    CHECK(step_of(plan(view, {})) == "Nothing");
  }
  SECTION("called invalid by somebody") {
    set(view.request, "InvalidRequest", "True", "no");
    CHECK(step_of(plan(view, {})) == "Nothing");
  }
  SECTION("finished") {
    const auto* const reason = GENERATE("Issued", "Failed");
    set(view.request, "Ready", "False", reason);
    const auto made = plan(view, {});
    CHECK_FALSE(made.approve);
    CHECK(step_of(made) != "Sign");
  }
  SECTION("no such issuer") {
    view.issuer = Error{Code::NotFound, "not here"};
    CHECK(step_of(plan(view, {})) == "Pend:IssuerNotFound");
  }
  SECTION("an issuer of no type") {
    view.issuer = std::make_shared<const api::Issuer>();
    CHECK(step_of(plan(view, {})) == "Pend:IssuerTypeMissing");
  }
  SECTION("an issuer that is not Ready") {
    view.issuer = ca_issuer("False");
    const auto made = plan(view, {});
    CHECK(step_of(made) == "Pend:IssuerNotReady");
    CHECK_THAT(std::get<Pend>(made.step).message, Catch::Contains("the issuer's words"));
    view.issuer = ca_issuer(nullptr);
    CHECK(step_of(plan(view, {})) == "Pend:IssuerNotReady");
  }
  SECTION("a type that is left to others") {
    CHECK(step_of(plan(view, {.left_to_others = {controller::issuers::IssuerType::Ca}})) == "Nothing");
  }
  SECTION("there is a certificate already") {
    view.request.status.certificate = kube::Bytes("pem");
    CHECK(step_of(plan(view, {})) == "Nothing");
  }
  SECTION("being deleted") {
    view.request.metadata.deletion_timestamp = kStart;
    const auto made = plan(view, {});
    CHECK_FALSE(made.approve);
    CHECK(step_of(made) == "Nothing");
  }
}

TEST_CASE("outcome: approval and certificate reach the status in one write, without events", "[requests]") {
  const auto view = request_view();
  const auto change = settle(view.request, plan(view, {}), SignOutcome{Issued{"cert", "ca"}}, kStart);
  CHECK(kube::is_condition_true(change.status.conditions, "Approved"));
  CHECK(ready_in(change)->reason == "Issued");
  CHECK(change.status.certificate.text() == "cert");
  CHECK(change.status.ca.text() == "ca");
  CHECK(change.events.empty());
}

TEST_CASE("outcome: of a request that no Certificate controls both are announced", "[requests]") {
  auto view = request_view();
  view.request.metadata.owner_references = {};
  const auto change = settle(view.request, plan(view, {}), SignOutcome{Issued{"cert", "ca"}}, kStart);
  REQUIRE(change.events.size() == 2);
  CHECK(change.events[0].reason == "cert-manager.io");
  CHECK(change.events[1].reason == "CertificateIssued");
}

TEST_CASE("outcome: a remark of the issuer stands in the condition", "[requests]") {
  const auto view = request_view();
  const auto change =
      settle(view.request, plan(view, {}), SignOutcome{Issued{"cert", "ca", "it ends early"}}, kStart);
  CHECK(ready_in(change)->message == "Certificate signed by the issuer; it ends early");
}

TEST_CASE("outcome: approval alone is announced", "[requests]") {
  auto view = request_view();
  view.request.spec.issuer_ref.group = "pca.example.com";
  const auto change = settle(view.request, plan(view, {}), std::nullopt, kStart);
  REQUIRE(change.events.size() == 1);
  CHECK(change.events[0].reason == "cert-manager.io");
}

TEST_CASE("outcome: pending is announced once, its message follows the cause", "[requests]") {
  auto view = request_view();
  view.issuer = Error{Code::NotFound, "not here"};
  auto change = settle(view.request, plan(view, {}), std::nullopt, kStart);
  CHECK(ready_in(change)->message == "not here");
  CHECK(change.events.size() == 1);
  view.request.status = change.status;
  view.issuer = Error{Code::NotFound, "still not"};
  change = settle(view.request, plan(view, {}), std::nullopt, kStart + seconds(1));
  CHECK(ready_in(change)->message == "still not");
  CHECK(ready_in(change)->last_transition_time == kStart);
  CHECK(change.events.empty());
}

TEST_CASE("outcome: a failure is final, dated once and says the specific reason in the event", "[requests]") {
  const auto view = request_view();
  const auto change = settle(view.request, plan(view, {}), SignOutcome{Failed{"SigningError", "no"}}, kStart);
  CHECK(ready_in(change)->reason == "Failed");
  CHECK(change.status.failure_time == kStart);
  REQUIRE(change.events.size() == 1);
  CHECK(change.events[0].reason == "SigningError");
}

TEST_CASE("outcome: denied is dated and tells no event", "[requests]") {
  auto view = request_view();
  set(view.request, "Denied", "True", "Policy", "no such team");
  const auto change = settle(view.request, plan(view, {}), std::nullopt, kStart);
  CHECK(ready_in(change)->reason == "Denied");
  CHECK_THAT(ready_in(change)->message, Catch::Contains("no such team"));
  CHECK(change.status.failure_time == kStart);
  CHECK(change.events.empty());
}

TEST_CASE("outcome: what only the API server is to blame for stays pending and is tried again",
          "[requests]") {
  const auto view = request_view();
  const auto change = settle(view.request, plan(view, {}),
                             SignOutcome{Retry{"SecretGetError", Error{Code::Unavailable, "down"}}}, kStart);
  CHECK(ready_in(change)->reason == "Pending");
  REQUIRE(change.retry);
}
