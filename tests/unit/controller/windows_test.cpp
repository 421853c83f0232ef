// Renewal windows in the whole of a pass: when it renews, and what a window that cannot be read leads to.
#include <catch2/catch.hpp>

#include "controller/certificates/trigger.h"
#include "lib/api/resources.h"
#include "tests/unit/controller/views.h"

namespace {

using namespace cw;                            // tests only
using namespace cw::controller::certificates;  // tests only
using namespace cw::controller::tests;         // tests only
using Catch::Matchers::Contains;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const TimePoint kDue = kStart + hours(24 * 60);

View with_window(const char* cron) {
  auto view = ready_view();
  change(view.certificate, [&](auto& certificate) {
    auto& renewal = certificate.spec.renewal.emplace();
    renewal.policy = "RenewBefore";
    renewal.windows.push_back({.timezone = "", .window_duration = minutes(15), .cron = cron});
  });
  return view;
}

kube::Json window(const char* cron) {
  return {
      {"duration", "3h"},
      {"renewal", {{"policy", "RenewBefore"}, {"windows", {{{"cron", cron}, {"windowDuration", "15m"}}}}}}};
}

}  // namespace

TEST_CASE("windows: one that cannot be read is told once, and the renewal keeps its time", "[certificates]") {
  auto view = with_window("nonsense");
  const auto decision = plan(view, kStart);
  CHECK(names_of(decision.actions) == "WriteStatus Event:WindowError");
  const auto* status = status_in(decision.actions);
  REQUIRE(status != nullptr);
  const auto* ready = kube::find_condition(status->conditions, "Ready");
  CHECK(ready->status == "False");
  CHECK(ready->reason == "WindowError");
  CHECK_THAT(ready->message, Contains("spec.renewal.windows[0]"));
  CHECK(status->renewal_time == kDue);
  CHECK(decision.look_again == kDue);
  view.status = *status;
  change(view.certificate, [&](auto& certificate) { certificate.status = view.status; });
  CHECK(names_of(plan(view, kStart + seconds(1)).actions).empty());
}

TEST_CASE("windows: with one that cannot be read it is renewed all the same", "[certificates]") {
  const auto view = with_window("nonsense");
  CHECK_FALSE(trigger(view, kDue - seconds(1)).start);
  const auto decision = trigger(view, kDue);
  REQUIRE(decision.start);
  CHECK(decision.start->reason == "Renewing");
  REQUIRE(decision.window_error);
  CHECK(decision.window_error->reason == "WindowError");
  const auto names = names_of(plan(view, kDue).actions);
  CHECK_THAT(names, Contains("CreateRequest:web-2"));
  CHECK_THAT(names, Contains("Event:WindowError"));
}

TEST_CASE("windows: what the Secret lacks is told before a window that cannot be read", "[certificates]") {
  auto view = with_window("nonsense");
  view.secret->has_key = false;
  const auto decision = plan(view, kStart);
  const auto* status = status_in(decision.actions);
  REQUIRE(status != nullptr);
  CHECK(kube::find_condition(status->conditions, "Ready")->reason == "MissingData");
}

TEST_CASE("windows: a certificate is renewed when its window opens, not when it is due", "[controller]") {
  Scene scene;
  scene.add_ca("mesh");
  scene.apply(api::kCertificates, certificate("mesh", "web", window("30 * * * *")));
  const auto machine = scene.controller();
  Scene::settle(*machine);
  CHECK(scene.read(api::kCertificates, "mesh", "web")["status"]["renewalTime"] == "2026-01-02T05:30:00Z");
  scene.clock.advance(hours(2) + minutes(25) + seconds(54));  // due at 05:04:05
  machine->drain(100);
  CHECK(what_is_wrong(scene, "mesh", "web", 1) == "");
  scene.clock.advance(seconds(1));
  machine->drain(100);
  CHECK(what_is_wrong(scene, "mesh", "web", 2) == "");
}

TEST_CASE("windows: one that cannot be read does not let the certificate expire", "[controller]") {
  Scene scene;
  scene.add_ca("mesh");
  scene.apply(api::kCertificates, certificate("mesh", "web", window("61 5 * * *")));
  const auto machine = scene.controller();
  Scene::settle(*machine);
  const auto issued = scene.read(api::kCertificates, "mesh", "web");
  CHECK(ready(issued) == "False/WindowError");
  CHECK(issued["status"]["renewalTime"] == "2026-01-02T05:04:05Z");
  CHECK(scene.events.count("Certificate/web WindowError") == 1);
  scene.clock.advance(hours(2));
  machine->drain(100);
  const auto renewed = scene.read(api::kCertificates, "mesh", "web");
  CHECK(renewed["status"]["revision"] == 2);
  CHECK(ready(renewed) == "False/WindowError");
  CHECK(renewed["status"]["notAfter"] != issued["status"]["notAfter"]);
}
