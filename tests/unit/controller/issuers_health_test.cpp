// The health of a CA in the Ready condition of its issuer: what makes it not Ready, what is only said, and
// when the answer changes by itself.
#include <catch2/catch.hpp>

#include "controller/issuers/ca_health.h"
#include "controller/issuers/readiness.h"
#include "lib/api/names.h"
#include "lib/pki/signer.h"
#include "tests/unit/controller/views.h"

namespace {

using namespace cw;                       // tests only
using namespace cw::controller::issuers;  // tests only
using namespace cw::controller::tests;    // tests only
using Catch::Matchers::Contains;
using std::chrono::hours;
using std::chrono::seconds;

constexpr hours kYear{365 * 24};

struct CaSpec {
  std::string name = "ca";
  int key = 1;
  TimePoint not_before = kStart;
  TimePoint not_after = kStart + kYear;
  bool is_ca = true;
  pki::KeyUsage key_usage = pki::kCertSign;
  std::optional<int> path_length = {};
};

pki::Certificate certificate_of(const CaSpec& spec, const pki::Certificate* issuer = nullptr,
                                int issuer_key = 0) {
  pki::CertificateTemplate wanted;
  wanted.not_before = spec.not_before;
  wanted.not_after = spec.not_after;
  wanted.raw_subject = *pki::encode_subject({.common_name = spec.name});
  wanted.basic_constraints = {spec.is_ca, spec.path_length};
  wanted.key_usage = spec.key_usage;
  const auto made = issuer == nullptr ? pki::self_sign(wanted, test_key(spec.key))
                                      : pki::sign_certificate(wanted, test_key(spec.key).public_key(),
                                                              *issuer, test_key(issuer_key));
  CW_ASSERT(made.has_value());
  return *made;
}

CaKeyPair pair_of(const CaSpec& spec) {
  return {.key = test_key(spec.key), .chain = {certificate_of(spec)}, .others = {}};
}

IssuerDecision decide_at(const CaKeyPair& pair, TimePoint now, const std::string& allow = "") {
  IssuerView view{.issuer = {}, .key_pair = Result(std::make_shared<const CaKeyPair>(pair))};
  view.issuer.spec.ca.emplace().secret_name = "ca";
  if (!allow.empty()) view.issuer.metadata.annotations.set(api::kAllowOutlivingCaAnnotation, allow);
  return decide(view, now);
}

std::string ready_of(const IssuerDecision& decision) {
  return decision.ready->status + "/" + decision.ready->reason;
}

}  // namespace

TEST_CASE("CA health: a sound CA is Ready and says nothing more", "[issuers]") {
  const auto decision = decide_at(pair_of({}), kStart);
  CHECK(ready_of(decision) == "True/KeyPairVerified");
  CHECK(decision.ready->message == "Signing key pair verified");
  CHECK(decision.event->type == controller::runtime::EventType::Normal);
}

TEST_CASE("CA health: what signs only what verifies nowhere is not Ready", "[issuers]") {
  SECTION("key usage without cert sign") {
    const auto decision = decide_at(pair_of({.key_usage = pki::kDigitalSignature}), kStart);
    CHECK(ready_of(decision) == "False/ErrInvalidKeyPair");
    CHECK_THAT(decision.ready->message, Contains("cert sign"));
  }
  SECTION("no key usage at all is fine") {
    CHECK(ready_of(decide_at(pair_of({.key_usage = 0}), kStart)) == "True/KeyPairVerified");
  }
  SECTION("a chain with a hole in it") {
    auto pair = pair_of({});
    pair.others = {certificate_of({.name = "stranger", .key = 2})};
    const auto decision = decide_at(pair, kStart);
    CHECK(ready_of(decision) == "False/ErrInvalidKeyPair");
    CHECK_THAT(decision.ready->message, Contains("one chain"));
    CHECK_FALSE(decision.look_again);
  }
}

TEST_CASE("CA health: Ready follows the CA's dates without anything else happening", "[issuers]") {
  const auto pair = pair_of({.not_before = kStart + hours(1)});
  const TimePoint end = kStart + kYear;
  auto decision = decide_at(pair, kStart);
  CHECK(ready_of(decision) == "False/ErrInvalidKeyPair");
  CHECK_THAT(decision.ready->message, Contains("not valid before 2026-01-02T04:04:05Z"));
  CHECK(decision.look_again == kStart + hours(1));

  decision = decide_at(pair, kStart + hours(1));
  CHECK(ready_of(decision) == "True/KeyPairVerified");
  CHECK(decision.look_again == end - hours(30 * 24));

  decision = decide_at(pair, end - hours(24));
  CHECK(ready_of(decision) == "True/KeyPairVerified");
  CHECK_THAT(decision.ready->message, Contains("expires soon, at 2027-01-02T03:04:05Z"));
  CHECK(decision.event->type == controller::runtime::EventType::Warning);
  CHECK(decision.look_again == end + seconds(1));

  CHECK(ready_of(decide_at(pair, end)) == "True/KeyPairVerified");
  decision = decide_at(pair, end + seconds(1));
  CHECK(ready_of(decision) == "False/ErrInvalidKeyPair");
  CHECK_THAT(decision.ready->message, Contains("expired at 2027-01-02T03:04:05Z"));
  CHECK_FALSE(decision.look_again);
}

TEST_CASE("CA health: who lets certificates outlive the CA gets the field's answer, with a remark",
          "[issuers]") {
  const auto late = kStart + kYear + hours(1);
  const auto decision = decide_at(pair_of({}), late, "true");
  CHECK(ready_of(decision) == "True/KeyPairVerified");
  CHECK_THAT(decision.ready->message, Contains("expired at"));
  CHECK(ready_of(decide_at(pair_of({}), late, "false")) == "False/ErrInvalidKeyPair");
}

TEST_CASE("CA health: a short-lived CA ends soon only in the last tenth of its life", "[issuers]") {
  const auto pair = pair_of({.not_after = kStart + hours(10)});
  CHECK(decide_at(pair, kStart).look_again == kStart + hours(9));
  CHECK(decide_at(pair, kStart + hours(8)).ready->message == "Signing key pair verified");
}

TEST_CASE("CA health: what is wrong above the CA is said, and stops nothing", "[issuers]") {
  const auto root =
      certificate_of({.name = "root", .key = 2, .not_after = kStart + hours(1), .path_length = 0});
  CaKeyPair pair{.key = test_key(1), .chain = {certificate_of({}, &root, 2), root}, .others = {root}};
  auto decision = decide_at(pair, kStart);
  CHECK(ready_of(decision) == "True/KeyPairVerified");
  CHECK_THAT(decision.ready->message, Contains("\"root\"") && Contains("path length 0"));
  decision = decide_at(pair, kStart + hours(2));
  CHECK(ready_of(decision) == "True/KeyPairVerified");
  CHECK_THAT(decision.ready->message, Contains("\"root\" above it expired"));
}

TEST_CASE("CA health: a path length of 0 still signs leaves", "[issuers]") {
  CHECK(decide_at(pair_of({.path_length = 0}), kStart).ready->message == "Signing key pair verified");
}

TEST_CASE("issuer condition: another controller's words stay, our own follow the CA", "[issuers]") {
  const auto ready = [](const std::string& message) {
    return kube::Condition{.type = "Ready",
                           .status = "True",
                           .last_transition_time = kStart,
                           .reason = "KeyPairVerified",
                           .message = message,
                           .observed_generation = 1};
  };
  const auto settled = [&](const std::string& stored, const std::string& now) {
    kube::List<kube::Condition> conditions;
    conditions.push_back(ready(stored));
    settle_ready(conditions, ready(now), kStart);
    REQUIRE(conditions.size() == 1);
    return conditions[0].message;
  };
  const std::string well = "Signing key pair verified";
  const std::string ending = well + "; the CA certificate expires soon";
  CHECK(settled("Signing CA verified", well) == "Signing CA verified");
  CHECK(settled("Signing CA verified", ending) == ending);
  CHECK(settled(well, ending) == ending);
  CHECK(settled(ending, well) == well);
}
