// A Certificate that someone fights over: it is issued anew a few times, then held back, and says why.
#include "controller/certificates/loop.h"

#include <functional>

#include <catch2/catch.hpp>

#include "controller/certificates/reissues.h"
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

constexpr int kLimit = 10;

Reissues reissued(int times, const std::string& reason, bool is_due_at_once = false) {
  Reissues all;
  for (int i = 0; i < times; ++i) all.push_back({kStart + minutes(i), reason, is_due_at_once});
  return all;
}

View fought_over(Reissues reissues) {
  auto view = ready_view();
  view.secret.reset();
  view.reissues = std::move(reissues);
  return view;
}

// A Certificate "web" in "mesh" that is Ready, and the controller that made it so.
struct Fight {
  Fight() {
    scene.add_ca("mesh");
    scene.apply(api::kCertificates, certificate("mesh", "web"));
    machine = scene.controller();
    settle();
    REQUIRE(issuances() == 1);
  }
  void settle() { Scene::settle(*machine); }
  std::size_t issuances() const { return scene.creates_of("certificaterequests") - 1; }  // without the CA
  kube::Json web() const { return scene.read(api::kCertificates, "mesh", "web"); }
  kube::Json issuing() const { return condition(web(), "Issuing"); }
  void remove_secret() {
    const auto removed = scene.kube.remove(api::kSecrets, {"mesh", "web-tls"});
    CHECK((removed || removed.error().code == Code::NotFound));
  }
  void write_secret(const std::string& data) {
    REQUIRE(scene.kube.apply(api::kSecrets,
                             {{"apiVersion", "v1"},
                              {"kind", "Secret"},
                              {"metadata", {{"namespace", "mesh"}, {"name", "web-tls"}}},
                              {"data", {{"tls.crt", data}}}},
                             {.field_manager = "secret-syncer"}));
  }

  Scene scene;
  std::unique_ptr<controller::Machine> machine;
};

}  // namespace

TEST_CASE("loop: what was issued anew too often within the hour is held back until the hour is over",
          "[certificates]") {
  const auto last = kStart + minutes(kLimit);
  CHECK(trigger(fought_over(reissued(kLimit - 1, "DoesNotExist")), last).start);
  const auto held = trigger(fought_over(reissued(kLimit, "DoesNotExist")), last);
  CHECK_FALSE(held.start);
  REQUIRE(held.loop);
  CHECK(held.look_again == kStart + hours(1));
  CHECK_THAT(held.held_back, Contains("10 times") && Contains("DoesNotExist") &&
                                 Contains("2026-01-02T04:04:05Z") &&
                                 Contains("who deletes Secret \"web-tls\""));
}

TEST_CASE("loop: the latest ones count, when there are more than the limit", "[certificates]") {
  const auto held = trigger(fought_over(reissued(kLimit + 5, "DoesNotExist")), kStart + minutes(20));
  REQUIRE(held.loop);
  CHECK(held.loop->until == kStart + minutes(5) + hours(1));
}

TEST_CASE("loop: 0 is no limit", "[certificates]") {
  auto view = fought_over(reissued(kLimit, "DoesNotExist"));
  view.settings.max_reissues_per_hour = 0;
  CHECK(trigger(view, kStart + minutes(20)).start);
}

TEST_CASE("loop: renewals on dates that lay ahead are no fight, those that are due at once are",
          "[certificates]") {
  auto view = ready_view();
  const auto due = *view.status.renewal_time;
  for (const bool at_once : {false, true}) {
    INFO(at_once);
    view.reissues = reissued(3 * kLimit, "Renewing", at_once);
    for (auto& reissue : view.reissues) reissue.at += due - kStart - minutes(3 * kLimit);
    CHECK(trigger(view, due).loop.has_value() == at_once);
  }
  CHECK(is_due_at_once(kStart + seconds(59), kStart));
  CHECK_FALSE(is_due_at_once(kStart + minutes(1), kStart));
  CHECK_FALSE(is_due_at_once(std::nullopt, kStart));
}

TEST_CASE("loop: regular renewals do not use up what a broken Secret may need", "[certificates]") {
  CHECK(trigger(fought_over(reissued(3 * kLimit, "Renewing")), kStart + minutes(30)).start);
}

TEST_CASE("loop: who wrote the Secret last is named", "[certificates]") {
  auto view = ready_view();
  view.secret->key_matches_certificate = false;
  view.secret->other_writer = "secret-syncer";
  view.reissues = reissued(kLimit, "InvalidKeyPair");
  view.reissues.front().reason = "DoesNotExist";
  const auto held = trigger(view, kStart + minutes(20));
  CHECK_THAT(held.held_back, Contains("InvalidKeyPair 9 times, DoesNotExist 1 time") &&
                                 Contains("last written by \"secret-syncer\""));
}

TEST_CASE("reissues: are of one Certificate, one generation and one hour; renewing by hand forgets them",
          "[certificates]") {
  ReissueMemory memory(4);
  auto web = test_certificate();
  keep_reissue(memory, web, {kStart, "DoesNotExist"});
  keep_reissue(memory, web, {kStart + minutes(30), "DoesNotExist"});
  CHECK(recent_reissues(memory, web, kStart + minutes(30)).size() == 2);
  CHECK(recent_reissues(memory, web, kStart + hours(1)).size() == 1);
  CHECK(recent_reissues(memory, web, kStart - hours(1)).empty());  // the clock was set back
  auto changed = web;
  changed.metadata.generation = 2;
  CHECK(recent_reissues(memory, changed, kStart + minutes(30)).empty());
  auto made_anew = web;
  made_anew.metadata.uid = "another";
  CHECK(recent_reissues(memory, made_anew, kStart + minutes(30)).empty());
  keep_reissue(memory, web, {kStart + minutes(31), "ManuallyTriggered"});
  CHECK(recent_reissues(memory, web, kStart + minutes(31)).empty());
}

TEST_CASE("a Secret that is deleted over and over is issued ten more times, then it is quiet",
          "[controller]") {
  Fight fight;
  for (int i = 0; i < 3 * kLimit; ++i) {
    fight.remove_secret();
    fight.settle();
  }
  CHECK(fight.issuances() == 1 + kLimit);
  CHECK(fight.issuing()["status"] == "False");
  CHECK(fight.issuing()["reason"] == "ReissueLoop");
  CHECK(fight.issuing()["observedGeneration"] == 1);
  CHECK_THAT(fight.issuing()["message"].get<std::string>(), Contains("DoesNotExist 10 times"));
  CHECK_THAT(ready_message(fight.web()),
             Contains("Secret \"web-tls\" does not exist") && Contains("DoesNotExist 10 times"));
  CHECK(fight.scene.events.count("Certificate/web ReissueLoop") == 1);

  SECTION("nothing more is written") {
    fight.scene.kube.forget_writes();
    fight.settle();
    fight.settle();
    CHECK(fight.scene.kube.writes().empty());
  }
  SECTION("until the hour is over") {
    fight.scene.clock.advance(hours(1) - seconds(1));
    fight.settle();
    CHECK(fight.issuances() == 1 + kLimit);
    fight.scene.clock.advance(seconds(1));
    fight.settle();
    CHECK(fight.issuances() == 2 + kLimit);
    CHECK(fight.issuing().is_null());
    CHECK(ready(fight.web()) == "True/Ready");
  }
  SECTION("until the spec changes") {
    fight.scene.apply(api::kCertificates, certificate("mesh", "web", {{"duration", "1000h"}}));
    fight.settle();
    CHECK(fight.issuances() == 2 + kLimit);
    CHECK(what_is_wrong(fight.scene, "mesh", "web", 2 + kLimit).empty());
  }
  SECTION("until it is renewed by hand, which allows ten more") {
    const kube::Json by_hand = {{"status",
                                 {{"conditions",
                                   {{{"type", "Issuing"},
                                     {"status", "True"},
                                     {"reason", "ManuallyTriggered"},
                                     {"message", "by a test"}}}}}}};
    REQUIRE(fight.scene.kube.merge_patch(api::kCertificates, {"mesh", "web"}, kube::Part::Status, by_hand));
    fight.settle();
    CHECK(fight.issuances() == 2 + kLimit);
    CHECK(ready(fight.web()) == "True/Ready");
    fight.remove_secret();
    fight.settle();
    CHECK(fight.issuances() == 3 + kLimit);
  }
}

TEST_CASE("a Secret that another program writes over and over is named with its writer, and not fought for",
          "[controller]") {
  Fight fight;
  for (int i = 0; i < 3 * kLimit; ++i) {
    fight.write_secret("eA==");
    fight.settle();
  }
  CHECK(fight.issuances() == 1 + kLimit);
  CHECK_THAT(fight.issuing()["message"].get<std::string>(),
             Contains("InvalidCertificate 10 times") && Contains("\"secret-syncer\""));
  fight.scene.kube.forget_writes();
  fight.write_secret("eQ==");
  fight.settle();
  CHECK(fight.scene.kube.writes().size() == 1);  // that of the other program
}

TEST_CASE("a loop that ends by itself is no longer told", "[controller]") {
  Fight fight;
  for (int i = 0; i < kLimit; ++i) {
    fight.remove_secret();
    fight.settle();
  }
  const auto restored = fight.scene.read(api::kSecrets, "mesh", "web-tls");
  fight.remove_secret();
  fight.settle();
  CHECK(fight.issuing()["reason"] == "ReissueLoop");
  auto again = restored;
  again["metadata"].erase("resourceVersion");
  again["metadata"].erase("uid");
  again["metadata"].erase("managedFields");
  fight.scene.apply(api::kSecrets, again);
  fight.settle();
  CHECK(fight.issuing().is_null());
  CHECK(ready(fight.web()) == "True/Ready");
  CHECK(fight.issuances() == 1 + kLimit);
}

TEST_CASE("the limit is a setting, and 0 switches it off", "[controller]") {
  for (const int limit : {0, 2}) {
    INFO(limit);
    Fight fight;
    fight.scene.options.max_reissues_per_hour = limit;
    fight.machine = fight.scene.controller();
    for (int i = 0; i < 2 * kLimit; ++i) {
      fight.settle();
      fight.remove_secret();
    }
    fight.settle();
    CHECK(fight.issuances() == static_cast<std::size_t>(1 + (limit == 0 ? 2 * kLimit : limit)));
  }
}
