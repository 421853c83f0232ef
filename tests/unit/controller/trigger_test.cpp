// Tables: what a Certificate looks like -> is it issued anew, and for which reason.
#include "controller/certificates/trigger.h"

#include <catch2/catch.hpp>

#include "controller/certificates/back_off.h"
#include "controller/certificates/policy.h"
#include "controller/certificates/readiness.h"
#include "tests/unit/controller/views.h"

namespace {

using namespace cw;                            // tests only
using namespace cw::controller::certificates;  // tests only
using namespace cw::controller::tests;         // tests only
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr hours kDay{24};
const TimePoint kDue = kStart + 60 * kDay;

struct Spoiled {
  const char* what;
  void (*spoil)(View&);
  const char* reason;
};

// In the field's order: each entry also carries all later faults in the second test below.
const std::vector<Spoiled> kSpoiled{
    {"no Secret", [](View& v) { v.secret.reset(); }, "DoesNotExist"},
    {"no key", [](View& v) { v.secret->has_key = false; }, "MissingData"},
    {"no certificate", [](View& v) { v.secret->has_certificate = false; }, "MissingData"},
    {"unreadable key", [](View& v) { v.secret->key_problem = "x"; }, "InvalidKeyPair"},
    {"unreadable certificate", [](View& v) { v.secret->certificate_problem = "x"; }, "InvalidCertificate"},
    {"no pair", [](View& v) { v.secret->key_matches_certificate = false; }, "InvalidKeyPair"},
    {"another issuer", [](View& v) { v.secret->issuer_name = "old"; }, "IncorrectIssuer"},
    {"another kind of issuer", [](View& v) { v.secret->issuer_kind = "ClusterIssuer"; }, "IncorrectIssuer"},
    {"another Certificate", [](View& v) { v.secret->certificate_name = "other"; }, "IncorrectCertificate"},
    {"another key size", [](View& v) { v.secret->key_violations = {"spec.privateKey.size"}; },
     "SecretMismatch"},
    {"a key that is not the request's", [](View& v) { v.requests[0].key_spki = test_spki(1); },
     "SecretMismatch"},
    {"an unreadable request", [](View& v) { v.requests[0].key_spki.clear(); }, "InvalidCertificateRequest"},
    {"a changed spec", [](View& v) { v.requests[0].violations = std::vector<std::string>{"spec.dnsNames"}; },
     "RequestChanged"},
    {"a restored Secret that differs",
     [](View& v) {
       v.requests.clear();
       v.certificate_violations = {"spec.dnsNames"};
     },
     "SecretMismatch"},
};

}  // namespace

TEST_CASE("trigger: what is as asked for is not issued again, but looked at when it is to be renewed",
          "[certificates]") {
  const auto decision = trigger(ready_view(), kStart);
  CHECK_FALSE(decision.start);
  CHECK(decision.look_again == kDue);
}

TEST_CASE("trigger: every fault starts an issuance with its reason", "[certificates]") {
  for (const auto& fault : kSpoiled) {
    auto view = ready_view();
    fault.spoil(view);
    const auto decision = trigger(view, kStart);
    INFO(fault.what);
    REQUIRE(decision.start);
    CHECK(decision.start->reason == fault.reason);
    CHECK_FALSE(decision.start->message.empty());
    const auto readiness = decide_readiness(view, kStart);
    REQUIRE(readiness.problem);
    CHECK(readiness.problem->reason == fault.reason);
  }
}

TEST_CASE("trigger: while an issuance is under way none is started", "[certificates]") {
  const auto decision = trigger(issuing_view(), kStart);
  CHECK_FALSE(decision.start);
  CHECK_FALSE(decision.look_again);
}

TEST_CASE("trigger: issuer annotations that are not there are not compared, and defaults are equal",
          "[certificates]") {
  auto view = ready_view();
  view.secret->issuer_name.reset();
  view.secret->issuer_kind.reset();
  view.secret->issuer_group.reset();
  CHECK_FALSE(first_mismatch(view));
  view.secret->issuer_name = "ca";
  view.secret->issuer_kind = "Issuer";
  view.secret->issuer_group = "cert-manager.io";
  CHECK_FALSE(first_mismatch(view));
}

TEST_CASE("trigger: a request whose CSR cannot be compared is ignored", "[certificates]") {
  auto view = ready_view();
  view.requests[0].violations = Error{Code::Invalid, "no CSR"};
  CHECK_FALSE(first_mismatch(view));
}

TEST_CASE("trigger: renewal starts in the second it is due, not before", "[certificates]") {
  CHECK_FALSE(trigger(ready_view(), kDue - seconds(1)).start);
  const auto decision = trigger(ready_view(), kDue);
  REQUIRE(decision.start);
  CHECK(decision.start->reason == "Renewing");
}

TEST_CASE("trigger: policy Disabled never renews", "[certificates]") {
  auto view = ready_view();
  change(view.certificate, [](auto& c) { c.spec.renewal.emplace().policy = "Disabled"; });
  const auto decision = trigger(view, kStart + 89 * kDay);
  CHECK_FALSE(decision.start);
  CHECK_FALSE(decision.look_again);
}

TEST_CASE("trigger: a window that ACME suggested, left over from another controller, does not count",
          "[certificates]") {
  auto view = ready_view();
  auto& window = view.status.acme.emplace().ari.emplace().suggested_window.emplace();
  window.start = kStart + kDay;
  CHECK_FALSE(trigger(view, kStart + kDay).start);
  window.start = kDue + kDay;
  CHECK(trigger(view, kDue - seconds(1)).look_again == kDue);
  CHECK(trigger(view, kDue).start);
}

TEST_CASE("back-off: an hour, doubled with each failure, up to 32", "[certificates]") {
  const Settings settings;
  CHECK(back_off_delay(settings, 0) == hours(1));
  CHECK(back_off_delay(settings, 1) == hours(1));
  CHECK(back_off_delay(settings, 2) == hours(2));
  CHECK(back_off_delay(settings, 6) == hours(32));
  CHECK(back_off_delay(settings, 7) == hours(32));
  CHECK(back_off_delay(settings, 9'000'000'000) == hours(32));
  CHECK(back_off_delay({.first_back_off = seconds(0)}, 5) == seconds(0));
  CHECK(back_off_delay({.first_back_off = hours(3), .last_back_off = hours(2)}, 1) == hours(3));
}

TEST_CASE("trigger: after a failure nothing is started before the back-off is over", "[certificates]") {
  auto view = new_view();
  view.status.last_failure_time = kStart;
  view.status.failed_issuance_attempts = 2;
  const auto decision = trigger(view, kStart + hours(2) - seconds(1));
  CHECK_FALSE(decision.start);
  CHECK(decision.look_again == kStart + hours(2));
  CHECK_THAT(decision.held_back, Catch::Contains("2026-01-02T05:04:05Z"));
  CHECK(trigger(view, kStart + hours(2)).start);
}

TEST_CASE("trigger: a spec that changed since the failure does not wait", "[certificates]") {
  auto view = new_view();
  view.status.last_failure_time = kStart;
  auto failed = test_request(1);
  view.requests = {failed};
  CHECK_FALSE(trigger(view, kStart + seconds(1)).start);
  view.requests[0].violations = std::vector<std::string>{"spec.dnsNames"};
  CHECK(trigger(view, kStart + seconds(1)).start);
  view.requests[0].violations = Error{Code::Invalid, "no CSR"};
  CHECK(trigger(view, kStart + seconds(1)).start);
}

TEST_CASE("trigger: another generation than that which failed does not wait", "[certificates]") {
  auto view = new_view();
  view.status.last_failure_time = kStart;
  kube::set_condition(view.status.conditions,
                      {"Issuing", "False", kStart, "Failed", "why", view.certificate->metadata.generation},
                      kStart);
  CHECK_FALSE(trigger(view, kStart + seconds(1)).start);
  change(view.certificate, [](auto& c) { ++c.metadata.generation; });
  CHECK(trigger(view, kStart + seconds(1)).start);
  view.status.conditions[0].observed_generation = 0;  // not told
  CHECK_FALSE(trigger(view, kStart + seconds(1)).start);
}

TEST_CASE("trigger: a CA that the issuer took since the failure does not wait", "[certificates]") {
  auto view = new_view();
  view.status.last_failure_time = kStart;
  view.authority.emplace().since = kStart;
  CHECK_FALSE(trigger(view, kStart + seconds(2)).start);
  view.authority->since = kStart + seconds(1);
  CHECK(trigger(view, kStart + seconds(2)).start);
  view.authority->since = kStart + seconds(3);  // of the future: no news
  CHECK_FALSE(trigger(view, kStart + seconds(2)).start);
}

TEST_CASE("one Secret, several Certificates: the one it names, else the oldest, else by name",
          "[certificates]") {
  auto view = new_view();
  view.rivals = {{"zebra", kStart - hours(1)}, {"young", kStart + hours(1)}};
  CHECK(owner_of_secret(view) == "zebra");
  view.rivals = {{"aaa", kStart}, {"zzz", kStart}};
  CHECK(owner_of_secret(view) == "aaa");
  view.secret.emplace().certificate_name = "zzz";
  CHECK(owner_of_secret(view) == "zzz");
  view.secret->certificate_name = "someone long gone";
  CHECK(owner_of_secret(view) == "aaa");
}

TEST_CASE("one Secret, several Certificates: the others look again after three minutes", "[certificates]") {
  auto view = new_view();
  view.rivals = {{"aaa", kStart}};
  const auto decision = trigger(view, kStart);
  CHECK_FALSE(decision.start);
  CHECK(decision.look_again == kStart + minutes(3));
  CHECK_THAT(decision.held_back, Catch::Contains("\"aaa\""));
}

TEST_CASE("readiness: expired is not Ready, from the second after notAfter", "[certificates]") {
  const auto view = ready_view();
  const auto expiry = kStart + 90 * kDay;
  const auto decision = decide_readiness(view, expiry);
  CHECK_FALSE(decision.problem);
  CHECK(decision.look_again == expiry + seconds(1));
  REQUIRE(decide_readiness(view, expiry + seconds(1)).problem);
  CHECK(decide_readiness(view, expiry + seconds(1)).problem->reason == "Expired");
}

TEST_CASE("readiness: dates come from the certificate and go with it", "[certificates]") {
  auto view = ready_view();
  view.status = {};
  mark_readiness(view, decide_readiness(view, kStart), "", kStart);
  CHECK(view.status.not_after == kStart + 90 * kDay);
  CHECK(view.status.renewal_time == kDue);
  view.secret.reset();
  mark_readiness(view, decide_readiness(view, kStart), "the cause", kStart);
  CHECK_FALSE(view.status.not_after);
  CHECK_FALSE(view.status.renewal_time);
  CHECK_THAT(view.status.conditions[0].message, Catch::EndsWith("; the cause"));
}

TEST_CASE("readiness: a condition of another controller that says the same stays word for word",
          "[certificates]") {
  auto view = ready_view();
  const auto before = view.status;
  mark_readiness(view, decide_readiness(view, kStart), "", kStart + hours(5));
  CHECK(view.status == before);
}
