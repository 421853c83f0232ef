// After a failure: what ends the wait early, and what the count of failures does then.
#include "controller/certificates/back_off.h"

#include <catch2/catch.hpp>

#include "controller/certificates/trigger.h"
#include "lib/api/resources.h"
#include "tests/unit/controller/views.h"

namespace {

using namespace cw;                            // tests only
using namespace cw::controller::certificates;  // tests only
using namespace cw::controller::tests;         // tests only
using std::chrono::hours;
using std::chrono::seconds;

View failed_view() {
  auto view = new_view();
  view.status.last_failure_time = kStart;
  view.status.failed_issuance_attempts = 3;
  kube::set_condition(view.status.conditions,
                      {"Issuing", "False", kStart, "Failed", "why", view.certificate->metadata.generation},
                      kStart);
  change(view.certificate, [&](auto& c) { c.status = view.status; });
  return view;
}

}  // namespace

TEST_CASE("back-off: an issuer that is Ready again since the failure does not wait", "[certificates]") {
  auto view = failed_view();
  view.issuer_ready_since = kStart;
  CHECK(backing_off_until(view, kStart + seconds(2)) == kStart + hours(4));
  view.issuer_ready_since = kStart + seconds(1);
  CHECK_FALSE(backing_off_until(view, kStart + seconds(2)));
  CHECK(backing_off_until(view, kStart));  // of the future: no news
}

TEST_CASE("back-off: failures are counted anew after a change, not after a mere wait", "[certificates]") {
  auto view = failed_view();
  const auto waited = plan(view, kStart + hours(4));
  REQUIRE(status_in(waited.actions) != nullptr);
  CHECK(status_in(waited.actions)->failed_issuance_attempts == 3);
  SECTION("issuer") { view.issuer_ready_since = kStart + seconds(1); }
  SECTION("spec") {
    change(view.certificate, [](auto& c) { ++c.metadata.generation; });
  }
  const auto changed = plan(view, kStart + seconds(2));
  REQUIRE(status_in(changed.actions) != nullptr);
  CHECK(kube::is_condition_true(status_in(changed.actions)->conditions, "Issuing"));
  CHECK_FALSE(status_in(changed.actions)->failed_issuance_attempts);
}

TEST_CASE("back-off: a failure that lies ahead, for the clock was set back, is not waited for",
          "[certificates]") {
  auto view = failed_view();
  CHECK(backing_off_until(view, kStart - seconds(30)));  // another replica's clock
  CHECK_FALSE(backing_off_until(view, kStart - hours(1)));
}

TEST_CASE("back-off: when its issuer becomes Ready, a Certificate that failed is issued at once",
          "[controller]") {
  Scene scene;
  scene.add_ca("mesh");
  scene.apply(api::kCertificates, certificate("mesh", "web"));
  // A CA that allows only other names: the issuance fails.
  scene.apply(api::kCertificates,
              {{"metadata", {{"namespace", "mesh"}, {"name", "ca"}}},
               {"spec",
                {{"nameConstraints",
                  {{"critical", true}, {"permitted", {{"dnsDomains", {"elsewhere.example"}}}}}}}}});
  scene.settle();
  REQUIRE(condition(scene.read(api::kCertificates, "mesh", "web"), "Issuing").value("status", "") == "False");
  // The issuer goes away and comes back, Ready since then; what failed before is asked for anew.
  scene.clock.advance(std::chrono::minutes(2));
  REQUIRE(scene.kube.remove(api::kIssuers, {"mesh", "ca"}, {}));
  scene.settle();
  const auto before = scene.creates_of("certificaterequests");
  scene.clock.advance(std::chrono::minutes(2));
  scene.apply(api::kIssuers, issuer("mesh", "ca", {{"ca", {{"secretName", "ca"}}}}));
  scene.settle();
  CHECK(scene.creates_of("certificaterequests") == before + 1);
}
