// Stages that are switched off one by one: the later ones go on with what others make. And what a request
// that was refused before is worth to a new attempt.
#include <catch2/catch.hpp>

#include "controller/certificates/next_key.h"
#include "controller/certificates/request.h"
#include "tests/unit/controller/views.h"

namespace {

using namespace cw;                            // tests only
using namespace cw::controller::certificates;  // tests only
using namespace cw::controller::tests;         // tests only
using Catch::Matchers::Contains;
using std::chrono::seconds;

}  // namespace

TEST_CASE("stages: without the key manager, a key that is there is used and none is made or deleted",
          "[certificates]") {
  auto view = issuing_view();
  view.settings.stages.key = false;
  SECTION("there is one") {
    view.requests.clear();
    CHECK_THAT(names_of(plan(view, kStart).actions), Contains("CreateRequest:web-1"));
    view.requests = {test_request(1)};
    answer(view);
    const auto done = names_of(plan(view, kStart).actions);
    CHECK_THAT(done, Contains("WriteTarget"));
    CHECK_THAT(done, !Contains("DeleteNextKey"));
  }
  SECTION("there is none") {
    view.next_keys.clear();
    view.requests.clear();
    const auto names = names_of(plan(view, kStart).actions);
    CHECK_THAT(names, !Contains("CreateNextKey"));
    CHECK_THAT(names, !Contains("CreateRequest"));
  }
  SECTION("it does not fit") {
    view.next_keys[0].violations = {"spec.privateKey.size"};
    CHECK_THAT(names_of(plan(view, kStart).actions), !Contains("DeleteNextKey"));
  }
}

TEST_CASE("stages: without the request manager, a request that answers is stored and none is made or deleted",
          "[certificates]") {
  auto view = issuing_view();
  view.settings.stages.request = false;
  answer(view);
  CHECK_THAT(names_of(plan(view, kStart).actions), Contains("WriteTarget"));
  view.requests[0].key_spki = test_spki(1);
  const auto names = names_of(plan(view, kStart).actions);
  CHECK_THAT(names, !Contains("Request:"));
  CHECK_THAT(names, !Contains("WriteTarget"));
}

TEST_CASE("request: one that was denied or invalid in the attempt before is asked for anew",
          "[certificates]") {
  const UsableKey key{"web-key", test_spki()};
  for (const auto* type : {"Denied", "InvalidRequest"}) {
    INFO(type);
    auto view = issuing_view();
    change(view.requests[0].object, [&](auto& request) { set(request, type, "True", "Policy"); });
    // The condition is of kStart.
    CHECK(decide_request(view, key, kStart).request != nullptr);
    CHECK(names_of(decide_request(view, key, kStart + seconds(1)).actions) ==
          "DeleteRequest:web-1 CreateRequest:web-1");
    change(view.requests[0].object,
           [&](auto& request) { request.status.failure_time = kStart + seconds(1); });
    CHECK(decide_request(view, key, kStart + seconds(1)).request != nullptr);
    CHECK(decide_request(view, key, kStart + seconds(2)).request == nullptr);
  }
}

TEST_CASE("controller gates: what a gate keeps out of requests is not asked for again and again",
          "[certificates]") {
  auto view = issuing_view();
  view.requests.clear();
  SECTION("literal subject") {
    change(view.certificate, [](auto& c) { c.spec.literal_subject = "CN=web"; });
    view.settings.requests.literal_subject = false;
  }
  SECTION("other names") {
    change(view.certificate,
           [](auto& c) { c.spec.other_names.push_back({"1.3.6.1.4.1.311.20.2.3", "u@x"}); });
    view.settings.requests.other_names = false;
  }
  const auto decision = decide_request(view, {"web-key", test_spki()}, kStart);
  CHECK(names_of(decision.actions) == "Event:RequestFailed");
  CHECK_THAT(decision.blocked, Contains("feature gate"));
}

TEST_CASE("key: a promised name that another Secret has is not waited for", "[certificates]") {
  auto view = issuing_view();
  view.next_keys.clear();
  CHECK_THAT(*decide_key(view).name, Catch::Equals("web-key"));
  view.promised_name_taken = true;
  CHECK_THAT(*decide_key(view).name, Catch::Equals("web-fresh"));
}
