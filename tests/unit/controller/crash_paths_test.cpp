// Faults on the other paths: a spec that changes, a key that stays, a denial, a Secret that is written anew.
#include "tests/unit/controller/deaths.h"

namespace {

using namespace cw;                     // tests only
using namespace cw::controller::tests;  // tests only

void issue_first(Scene& scene, const kube::Json& changes = {}) {
  prepare(scene);
  scene.apply(api::kCertificates, certificate("mesh", "web", changes));
  scene.settle();
  scene.kube.forget_writes();
}

std::string key_of_web(const Scene& scene) {
  return secret_value(scene.read(api::kSecrets, "mesh", "web-tls"), "tls.key");
}

}  // namespace

TEST_CASE("killed at any write after a changed spec, the next start issues what is asked for, once",
          "[controller][faults]") {
  const auto fault = GENERATE(Fault::Before, Fault::After);
  const auto n = for_each_death(
      fault,
      [&](Scene& scene) {
        issue_first(scene);
        scene.apply(api::kCertificates, certificate("mesh", "web", {{"dnsNames", {"new.example.com"}}}));
      },
      [](Scene& scene, std::size_t /*n*/) { issued_once(scene, 2); });
  CHECK(n > 7);
}

TEST_CASE("killed at any write of a renewal with rotationPolicy Never, the key is still the same",
          "[controller][faults]") {
  const auto fault = GENERATE(Fault::Before, Fault::After);
  std::string before;
  const auto n = for_each_death(
      fault,
      [&](Scene& scene) {
        issue_first(scene, {{"duration", "3h"}, {"privateKey", {{"rotationPolicy", "Never"}}}});
        before = key_of_web(scene);
        scene.clock.advance(std::chrono::hours(2));
      },
      [&](Scene& scene, std::size_t /*n*/) {
        CHECK(what_is_wrong(scene, "mesh", "web", 2) == "");
        CHECK(key_of_web(scene) == before);
        CHECK(scene.creates_of("certificaterequests") == 1);
      });
  CHECK(n > 7);
}

TEST_CASE("killed at any write around a denial, it fails once, waits, and is asked for again",
          "[controller][faults]") {
  const auto fault = GENERATE(Fault::Before, Fault::After);
  const auto n = for_each_death(
      fault,
      [&](Scene& scene) {
        leave_unapproved(scene);
        deny(scene, "web-1", "not allowed");
      },
      [&](Scene& scene, std::size_t /*n*/) {
        const auto denied = scene.read(api::kCertificates, "mesh", "web");
        CHECK(denied["status"].value("failedIssuanceAttempts", 0) == 1);
        CHECK_THAT(ready_message(denied), Catch::Contains("not allowed"));
        scene.options.controllers = {"*"};
        scene.clock.advance(std::chrono::minutes(61));
        scene.settle();
        CHECK(what_is_wrong(scene, "mesh", "web", 1) == "");
      });
  CHECK(n > 3);
}

TEST_CASE("killed at the write of a Secret anew, it is written by the next start, and nothing is issued",
          "[controller][faults]") {
  const auto fault = GENERATE(Fault::Before, Fault::After);
  Scene scene;
  issue_first(scene);
  scene.apply(api::kCertificates,
              certificate("mesh", "web", {{"secretTemplate", {{"labels", {{"a", "b"}}}}}}));
  static_cast<void>(run_and_die(scene, 1, fault));
  scene.settle();
  CHECK(what_is_wrong(scene, "mesh", "web", 1) == "");
  CHECK(scene.read(api::kSecrets, "mesh", "web-tls")["metadata"]["labels"]["a"] == "b");
  CHECK(scene.creates_of("certificaterequests") == 0);
}

TEST_CASE("killed at any write around a temporary certificate, both certificates come, with one key",
          "[controller][faults]") {
  const auto fault = GENERATE(Fault::Before, Fault::After);
  const auto n = for_each_death(
      fault,
      [&](Scene& scene) {  // without an issuer yet
        auto wanted = certificate("mesh", "web");
        wanted["metadata"]["annotations"]["cert-manager.io/issue-temporary-certificate"] = "true";
        scene.apply(api::kCertificates, wanted);
      },
      [&](Scene& scene, std::size_t died_at) {
        CHECK(ready(scene.read(api::kCertificates, "mesh", "web")) == "False/TemporaryCertificate");
        const auto key = key_of_web(scene);
        scene.add_ca("mesh");
        static_cast<void>(run_and_die(scene, died_at, fault));
        scene.settle();
        CHECK(what_is_wrong(scene, "mesh", "web", 1) == "");
        CHECK(key_of_web(scene) == key);
        CHECK(scene.creates_of("certificaterequests") == 2);  // of the CA, too
      });
  CHECK(n > 5);
}

TEST_CASE("a conflict on the write of a Secret anew delays it, and changes nothing else",
          "[controller][faults]") {
  Scene scene;
  issue_first(scene);
  FaultyWriter writer(
      scene.kube, [](std::size_t number) { return number % 2 == 1 ? Fault::Before : Fault::None; },
      Code::Conflict);
  const auto machine = scene.controller(&writer);
  for (const char* value : {"b", "c"}) {
    scene.apply(api::kCertificates,
                certificate("mesh", "web", {{"secretTemplate", {{"labels", {{"a", value}}}}}}));
    Scene::settle(*machine);
    CHECK(what_is_wrong(scene, "mesh", "web", 1) == "");
    CHECK(scene.read(api::kSecrets, "mesh", "web-tls")["metadata"]["labels"]["a"] == value);
  }
  CHECK(writer.writes() > 2);
  CHECK(scene.creates_of("certificaterequests") == 0);
}

TEST_CASE("a conflict on every second write delays a renewal, and changes nothing", "[controller][faults]") {
  Scene scene;
  issue_first(scene, {{"duration", "3h"}});
  scene.clock.advance(std::chrono::hours(2));
  FaultyWriter writer(
      scene.kube, [](std::size_t number) { return number % 2 == 0 ? Fault::Before : Fault::None; },
      Code::Conflict);
  const auto machine = scene.controller(&writer);
  Scene::settle(*machine);
  CHECK(what_is_wrong(scene, "mesh", "web", 2) == "");
  CHECK(scene.creates_of("certificaterequests") == 1);
}

TEST_CASE("the one that leads dies at any write, and the one that stood by goes on where it stopped",
          "[controller][faults]") {
  for (std::size_t n = 1; n < 9; ++n) {
    Scene scene;
    prepare(scene);
    const auto stand_by = scene.controller();
    REQUIRE(stand_by->list_once());  // it has followed since before
    scene.apply(api::kCertificates, certificate("mesh", "web"));
    static_cast<void>(run_and_die(scene, n, n % 2 == 0 ? Fault::Before : Fault::After));
    scene.settle(*stand_by);
    INFO("the first one died at write " << n);
    CHECK(what_is_wrong(scene, "mesh", "web", 1) == "");
    CHECK(scene.creates_of("certificaterequests") == 1);
  }
}

TEST_CASE("the one that leads dies at any write of a renewal, and the one that stood by finishes it",
          "[controller][faults]") {
  const auto fault = GENERATE(Fault::Before, Fault::After);
  std::size_t n = 1;
  for (bool reached = true; reached; ++n) {
    Scene scene;
    issue_first(scene, {{"duration", "3h"}});
    const auto stand_by = scene.controller();
    REQUIRE(stand_by->list_once());
    scene.clock.advance(std::chrono::hours(2));
    reached = run_and_die(scene, n, fault);
    scene.settle(*stand_by);
    INFO("the first one died at write " << n);
    CHECK(what_is_wrong(scene, "mesh", "web", 2) == "");
    CHECK(scene.creates_of("certificaterequests") == 1);
  }
  CHECK(n > 7);
}
