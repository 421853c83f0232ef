// When a CA changes: leaves that follow it, each at its own time, and leaves that end with it.
#include "controller/certificates/cascade.h"

#include <set>

#include <catch2/catch.hpp>

#include "controller/certificates/trigger.h"
#include "lib/api/names.h"
#include "lib/api/resources.h"
#include "lib/pki/certificate.h"
#include "tests/unit/controller/scene.h"
#include "tests/unit/controller/views.h"

namespace {

using namespace cw;                            // tests only
using namespace cw::controller::certificates;  // tests only
using namespace cw::controller::tests;         // tests only
using Catch::Matchers::Contains;
using std::chrono::hours;
using std::chrono::seconds;

constexpr AuthorityMark kOldCa = 1;
constexpr AuthorityMark kNewCa = 2;

// Issued by the old CA; the issuer has had a new one since kStart and wants its leaves to follow.
View changed_view() {
  auto view = ready_view();
  view.secret->authorities = {kOldCa};
  view.authority = Authority{.mark = kNewCa,
                             .not_after = kStart + hours(10'000),
                             .since = kStart,
                             .secret = {"ns", "ca"},
                             .may_be_outlived = false,
                             .cascade = hours(1)};
  return view;
}

// Asks for an issuance of the CA's certificate by hand, as cmctl renew does.
void renew_ca(Scene& scene) {
  const kube::Json condition = {{"type", "Issuing"},
                                {"status", "True"},
                                {"reason", "ManuallyTriggered"},
                                {"message", "by hand"},
                                {"lastTransitionTime", "2026-01-02T03:04:05Z"}};
  auto stored = scene.read(api::kCertificates, "mesh", "ca");
  auto conditions = stored["status"]["conditions"];
  conditions.push_back(condition);
  const auto patched = scene.kube.merge_patch(api::kCertificates, {"mesh", "ca"}, kube::Part::Status,
                                              {{"status", {{"conditions", std::move(conditions)}}}}, {});
  REQUIRE(patched);
}

void annotate_issuer(Scene& scene, const std::string& key, const std::string& value) {
  REQUIRE(scene.kube.merge_patch(api::kIssuers, {"mesh", "ca"}, kube::Part::Object,
                                 {{"metadata", {{"annotations", {{key, value}}}}}}, {}));
}

std::string leaf_name(int i) { return "web" + std::to_string(i); }

int revision_of(const Scene& scene, const std::string& name) {
  return scene.read(api::kCertificates, "mesh", name)["status"].value("revision", 0);
}

}  // namespace

TEST_CASE("cascade: a leaf of another CA certificate is due at its own time, for that reason", "[cascade]") {
  const auto view = changed_view();
  const auto delay = cascade_delay("uid-web", hours(1));
  REQUIRE(delay > seconds(0));
  auto decision = cascade(view, kStart + delay - seconds(1));
  CHECK_FALSE(decision.due);
  CHECK(decision.look_again == kStart + delay);
  decision = cascade(view, kStart + delay);
  REQUIRE(decision.due);
  CHECK(decision.due->reason == "CAChanged");
}

TEST_CASE("cascade: only on request, and only for what came from another CA", "[cascade]") {
  auto view = changed_view();
  const auto late = kStart + hours(2);
  REQUIRE(cascade(view, late).due);
  SECTION("the issuer does not ask for it") { view.authority->cascade.reset(); }
  SECTION("no CA is known") { view.authority.reset(); }
  SECTION("the CA is the same") { view.secret->authorities = {kNewCa}; }
  SECTION("the Secret shows no CA") { view.secret->authorities = {}; }
  SECTION("the Secret is that of the CA itself") { view.authority->secret = {"ns", "web-tls"}; }
  SECTION("renewal is off") {
    change(view.certificate, [](auto& c) { c.spec.renewal.emplace().policy = "Disabled"; });
  }
  SECTION("there is no Secret") { view.secret.reset(); }
  CHECK_FALSE(cascade(view, late).due);
  CHECK_FALSE(cascade(view, late).look_again);
}

TEST_CASE("cascade: delays are the same each time and spread over the whole span", "[cascade]") {
  std::set<std::int64_t> minutes;
  for (int i = 0; i < 1000; ++i) {
    const auto uid = "7c9e6679-7425-40de-944b-" + std::to_string(100'000 + i);
    const auto delay = cascade_delay(uid, hours(1));
    CHECK(delay == cascade_delay(uid, hours(1)));
    CHECK(delay >= seconds(0));
    CHECK(delay < hours(1));
    minutes.insert(delay / std::chrono::minutes(1));
  }
  CHECK(minutes.size() == 60);
  CHECK(cascade_delay("uid", seconds(0)) == seconds(0));
}

TEST_CASE("cascade: the annotation is a span, or just a yes", "[cascade]") {
  CHECK(parse_cascade("2h") == hours(2));
  CHECK(parse_cascade("true") == kDefaultCascade);
  CHECK_FALSE(parse_cascade(""));
  CHECK_FALSE(parse_cascade("false"));
  CHECK_FALSE(parse_cascade("0"));
  CHECK_FALSE(parse_cascade("-1h"));
}

TEST_CASE("trigger: a cascade starts an issuance, and is looked at again until then", "[cascade]") {
  const auto view = changed_view();
  const auto delay = cascade_delay("uid-web", hours(1));
  CHECK(trigger(view, kStart).look_again == kStart + delay);
  const auto decision = trigger(view, kStart + delay);
  REQUIRE(decision.start);
  CHECK(decision.start->reason == "CAChanged");
}

TEST_CASE("trigger: what ends with its CA is not renewed before the CA is", "[cascade]") {
  auto view = ready_view();
  view.secret->authorities = {kOldCa};
  view.authority = Authority{
      .mark = kOldCa, .not_after = *view.secret->not_after, .since = kStart, .secret = {"ns", "ca"}};
  const auto due = *view.status.renewal_time + hours(1);
  const auto held = trigger(view, due);
  CHECK_FALSE(held.start);
  CHECK_THAT(held.held_back, Contains("ends with its CA"));
  SECTION("the CA is a new one") { view.authority->mark = kNewCa; }
  SECTION("the CA lives longer") { view.authority->not_after += hours(1); }
  SECTION("it may outlive its CA") { view.authority->may_be_outlived = true; }
  SECTION("its own annotation says so") {
    change(view.certificate,
           [](auto& c) { c.metadata.annotations.set(api::kAllowOutlivingCaAnnotation, "true"); });
  }
  REQUIRE(trigger(view, due).start);
  CHECK(trigger(view, due).start->reason == "Renewing");
}

TEST_CASE("a renewed CA reaches its leaves over the span, once, if the issuer asks for that", "[cascade]") {
  constexpr int kLeaves = 8;
  Scene scene;
  scene.add_ca("mesh");
  for (int i = 0; i < kLeaves; ++i) scene.apply(api::kCertificates, certificate("mesh", leaf_name(i)));
  scene.settle();
  annotate_issuer(scene, std::string(api::kCascadeAnnotation), "1h");
  const auto machine = scene.controller();
  Scene::settle(*machine);
  scene.clock.advance(hours(24));
  renew_ca(scene);
  Scene::settle(*machine);
  REQUIRE(revision_of(scene, "ca") == 2);
  int early = 0;
  for (int i = 0; i < kLeaves; ++i) early += revision_of(scene, leaf_name(i)) == 2 ? 1 : 0;
  CHECK(early < kLeaves);
  for (int minute = 0; minute < 60; ++minute) {
    scene.clock.advance(std::chrono::minutes(1));
    Scene::settle(*machine);
  }
  const auto ca =
      pki::Certificate::parse_pem(secret_value(scene.read(api::kSecrets, "mesh", "ca"), "tls.crt"));
  REQUIRE(ca);
  for (int i = 0; i < kLeaves; ++i) {
    CHECK(what_is_wrong(scene, "mesh", leaf_name(i), 2).empty());
    const auto secret = scene.read(api::kSecrets, "mesh", leaf_name(i) + "-tls");
    CHECK(secret_value(secret, "ca.crt") == ca->to_pem());
  }
  scene.kube.forget_writes();
  scene.clock.advance(hours(2));
  Scene::settle(*machine);
  scene.settle();
  CHECK(scene.kube.writes().empty());
}

TEST_CASE("without the annotation a renewed CA changes no leaf", "[cascade]") {
  Scene scene;
  scene.add_ca("mesh");
  scene.apply(api::kCertificates, certificate("mesh", "web"));
  scene.settle();
  renew_ca(scene);
  scene.settle();
  scene.clock.advance(hours(24));
  scene.settle();
  CHECK(revision_of(scene, "ca") == 2);
  CHECK(revision_of(scene, "web") == 1);
}

TEST_CASE("a leaf below a CA near its end ends with it, and is issued again only when the CA is renewed",
          "[cascade]") {
  Scene scene;
  scene.add_ca("mesh");
  // 100 h, renewed by hand only: the leaf of 90 days is cut to the rest of them.
  scene.apply(api::kCertificates, certificate("mesh", "ca",
                                              {{"isCA", true},
                                               {"commonName", "test ca"},
                                               {"dnsNames", nullptr},
                                               {"duration", "100h"},
                                               {"renewal", {{"policy", "Disabled"}}},
                                               {"secretName", "ca"},
                                               {"issuerRef", {{"name", "root"}}}}));
  scene.apply(api::kCertificates, certificate("mesh", "web", {{"renewBefore", "99h"}}));
  scene.settle();
  CHECK(what_is_wrong(scene, "mesh", "web", 1).empty());
  const auto web = scene.read(api::kCertificates, "mesh", "web");
  CHECK(web["status"]["notAfter"] == "2026-01-06T07:04:05Z");
  for (int day = 0; day < 4; ++day) {
    scene.clock.advance(hours(24));
    scene.settle();
  }
  CHECK(revision_of(scene, "web") == 1);
  CHECK(ready(scene.read(api::kIssuers, "mesh", "ca")) == "True/KeyPairVerified");
  const auto machine = scene.controller();
  Scene::settle(*machine);
  renew_ca(scene);
  Scene::settle(*machine);
  CHECK(what_is_wrong(scene, "mesh", "web", 2).empty());
}

TEST_CASE("an expired CA makes its issuer not Ready by itself; what is asked for waits for a new one",
          "[cascade]") {
  Scene scene;
  scene.add_ca("mesh");
  scene.settle();
  const auto ca = scene.read(api::kCertificates, "mesh", "ca");
  REQUIRE(scene.kube.remove(api::kCertificates, {"mesh", "ca"}, {}));  // its Secret stays
  REQUIRE(scene.kube.remove(api::kCertificateRequests, {"mesh", "ca-1"}, {}));
  const auto machine = scene.controller();
  Scene::settle(*machine);
  CHECK(ready(scene.read(api::kIssuers, "mesh", "ca")) == "True/KeyPairVerified");
  scene.clock.advance(hours(87'600) + seconds(1));
  machine->drain(100);  // nothing but time has passed
  CHECK(ready(scene.read(api::kIssuers, "mesh", "ca")) == "False/ErrInvalidKeyPair");
  scene.apply(api::kCertificates, certificate("mesh", "web"));
  Scene::settle(*machine);
  CHECK_THAT(ready_message(scene.read(api::kCertificates, "mesh", "web")),
             Contains("the CA certificate in tls.crt expired at 2035-12-31T03:04:05Z"));
  scene.apply(api::kCertificates,
              {{"metadata", {{"namespace", "mesh"}, {"name", "ca"}}}, {"spec", ca["spec"]}});
  Scene::settle(*machine);
  CHECK(ready(scene.read(api::kIssuers, "mesh", "ca")) == "True/KeyPairVerified");
  CHECK(what_is_wrong(scene, "mesh", "web", 1).empty());
}
