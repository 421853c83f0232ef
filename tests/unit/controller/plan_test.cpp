// The plan of a pass: the answers of all its questions, merged and in order.
#include "controller/certificates/plan.h"

#include <catch2/catch.hpp>

#include "tests/unit/controller/views.h"

namespace {

using namespace cw;                            // tests only
using namespace cw::controller::certificates;  // tests only
using namespace cw::controller::tests;         // tests only
using std::chrono::hours;
using std::chrono::seconds;

}  // namespace

TEST_CASE("plan: a new Certificate gets key, status and request in one pass, in that order",
          "[certificates]") {
  const auto made = plan(new_view(), kStart);
  CHECK(names_of(made.actions) == "CreateNextKey WriteStatus Event:Issuing CreateRequest:web-1");
  const auto& status = *status_in(made.actions);
  CHECK(status.next_private_key_secret_name == "web-fresh");
  CHECK(kube::is_condition_true(status.conditions, "Issuing"));
  CHECK(kube::find_condition(status.conditions, "Ready")->reason == "DoesNotExist");
}

TEST_CASE("plan: while the request is fresh there is nothing to write", "[certificates]") {
  const auto made = plan(issuing_view(), kStart);
  CHECK(made.actions.empty());
  CHECK(made.look_again == kStart + seconds(5));
}

TEST_CASE("plan: an answer becomes Secret, then status, then the prepared key goes", "[certificates]") {
  auto view = issuing_view();
  answer(view);
  const auto made = plan(view, kStart);
  CHECK(names_of(made.actions) == "WriteTarget WriteStatus Event:Issuing DeleteNextKey:web-key");
  const auto& status = *status_in(made.actions);
  CHECK(status.revision == 1);
  CHECK_FALSE(status.next_private_key_secret_name);
  CHECK(kube::find_condition(status.conditions, "Issuing") == nullptr);
  CHECK(kube::is_condition_true(status.conditions, "Ready"));
  CHECK(status.not_after == kStart + hours(24 * 90));
  CHECK(made.look_again == status.renewal_time);
}

TEST_CASE("plan: a Certificate that is as it should be is not written", "[certificates]") {
  const auto made = plan(ready_view(), kStart);
  CHECK(made.actions.empty());
  CHECK(made.look_again == kStart + hours(24 * 60));
}

TEST_CASE("plan: a failure counts, says why, and drops the prepared key; the next pass is calm",
          "[certificates]") {
  auto view = issuing_view();
  change(view.requests[0].object, [](auto& request) {
    set(request, "Ready", "False", "Failed", "the CA said no");
    request.status.failure_time = kStart;
  });
  const auto made = plan(view, kStart);
  CHECK(names_of(made.actions) == "WriteStatus Event:Failed DeleteNextKey:web-key");
  const auto& status = *status_in(made.actions);
  CHECK(status.failed_issuance_attempts == 1);
  CHECK(status.last_failure_time == kStart);
  CHECK(kube::find_condition(status.conditions, "Issuing")->reason == "Failed");
  CHECK_THAT(kube::find_condition(status.conditions, "Ready")->message, Catch::Contains("the CA said no"));
  CHECK(made.look_again == kStart + hours(1));
  change(view.certificate, [&](auto& certificate) { certificate.status = status; });
  view.status = status;
  view.next_keys.clear();
  CHECK(plan(view, kStart + seconds(1)).actions.empty());
}

TEST_CASE("plan: where there was an issuance before, the Secret is looked at again before the next one",
          "[certificates]") {
  const auto made = plan(ready_view(), kStart + hours(24 * 60));
  CHECK(names_of(made.actions) ==
        "ConfirmTarget CreateNextKey WriteStatus Event:Issuing CreateRequest:web-2");
}

TEST_CASE("plan: what cannot be taken back is confirmed first if no status write does that",
          "[certificates]") {
  auto view = issuing_view();
  view.requests.clear();
  CHECK(names_of(plan(view, kStart).actions) == "ConfirmCurrent CreateRequest:web-1");
}

TEST_CASE("plan: each stage can be switched off", "[certificates]") {
  auto view = new_view();
  view.settings.stages.trigger = false;
  CHECK(names_of(plan(view, kStart).actions) == "WriteStatus");
  view.settings.stages.trigger = true;
  view.settings.stages.key = false;
  CHECK(names_of(plan(view, kStart).actions) == "WriteStatus Event:Issuing");
  view.settings.stages.key = true;
  view.settings.stages.request = false;
  CHECK(names_of(plan(view, kStart).actions) == "CreateNextKey WriteStatus Event:Issuing");
}

TEST_CASE("plan: a Certificate that is being deleted is left alone", "[certificates]") {
  auto view = new_view();
  change(view.certificate, [](auto& certificate) { certificate.metadata.deletion_timestamp = kStart; });
  CHECK(plan(view, kStart).actions.empty());
}

TEST_CASE("plan: a Secret that drifted is written anew, but not one that another Certificate holds",
          "[certificates]") {
  auto view = ready_view();
  view.drift = Finding{"SecretTemplateMismatch", "labels"};
  CHECK(names_of(plan(view, kStart).actions) == "RewriteTarget");
  view.secret->certificate_name = "other";
  CHECK_THAT(names_of(plan(view, kStart).actions), !Catch::Contains("RewriteTarget"));
}
