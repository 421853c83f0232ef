// Certificates at the gate. The numbers are those of reference/policy.md 3.9.
#include "lib/api/names.h"
#include "lib/policy/explain.h"
#include "tests/unit/gate/gate_scene.h"

using namespace cw;  // tests only
using policy::Mode;
using test::certificate_of;
using test::GateScene;
using test::has_warning;
using test::rules_of;
using Rules = std::vector<std::string>;

namespace {

const Rules kNone;

bool is_silent(const webhook::GateFindings& found) {
  return found.errors.empty() && found.warnings.empty() && found.audit_annotations.empty();
}

api::Certificate denied() { return certificate_of({"web.other.com"}); }

}  // namespace

TEST_CASE("gate: a denied Certificate is refused with field, policy and what to do (72)", "[gate]") {
  GateScene scene;
  const auto found = scene.create(denied());
  REQUIRE(rules_of(found) == Rules{"policy.denied"});
  const std::string message = kube::message(found.errors);
  CHECK(message.find("web.other.com") != std::string::npos);
  CHECK(message.find("spec.allowed.dnsNames.values") != std::string::npos);
  CHECK(message.find("example") != std::string::npos);
  CHECK(message.size() <= 4096);
  CHECK(found.audit_annotations.at("policy-verdict") == "denied");
  CHECK(scene.counts.seen == std::map<std::string, int>{{"certificate denied", 1}});
}

TEST_CASE("gate: an allowed Certificate passes without a word", "[gate]") {
  GateScene scene;
  CHECK(is_silent(scene.create(certificate_of({"web.example.com"}))));
  CHECK(scene.counts.seen == std::map<std::string, int>{{"certificate approved", 1}});
}

TEST_CASE("gate: warn admits with a warning, audit only with an annotation, off says nothing (73-75)",
          "[gate]") {
  GateScene scene;
  scene.options.admission = Mode::Warn;
  const auto warned = scene.create(denied());
  CHECK(rules_of(warned) == kNone);
  CHECK_FALSE(warned.warnings.empty());
  scene.options.admission = Mode::Audit;
  const auto audited = scene.create(denied());
  CHECK(rules_of(audited) == kNone);
  CHECK(audited.warnings.empty());
  CHECK(audited.audit_annotations.contains("policy-message"));
  CHECK(scene.counts.seen["certificate denied"] == 2);
  scene.options.admission = Mode::Off;
  CHECK(is_silent(scene.create(denied())));
  scene.options = {.on = false};
  CHECK(is_silent(scene.create(denied())));
}

TEST_CASE("gate: a Namespace's label picks a milder mode, never a stricter one (76)", "[gate]") {
  GateScene scene;
  const std::string label(api::kPolicyAdmissionLabel);
  scene.world.namespaces["team"] = {{label, "warn"}};
  CHECK(rules_of(scene.create(denied())) == kNone);
  CHECK_FALSE(scene.create(denied()).warnings.empty());
  scene.world.namespaces["team"] = {{label, "off"}};
  CHECK(is_silent(scene.create(denied())));
  scene.world.namespaces["team"] = {{label, "nonsense"}};
  CHECK(rules_of(scene.create(denied())) == Rules{"policy.denied"});
  CHECK(has_warning(scene.create(denied()), label + "=nonsense is ignored"));
  scene.options.admission = Mode::Warn;
  scene.world.namespaces["team"] = {{label, "enforce"}};
  CHECK(rules_of(scene.create(denied())) == kNone);
  CHECK(has_warning(scene.create(denied()), label + "=enforce is ignored"));
  CHECK(has_warning(scene.create(certificate_of({"web.example.com"})), label + "=enforce is ignored"));
}

TEST_CASE("gate: what no policy applies to is admitted with the causes, or refused if it is denied (77)",
          "[gate]") {
  GateScene scene;
  scene.world.everybody = false;
  const auto waits = scene.create(certificate_of({"web.example.com"}));
  CHECK(rules_of(waits) == kNone);
  CHECK_FALSE(waits.warnings.empty());
  CHECK(waits.audit_annotations.at("policy-verdict") == "pending");
  scene.options.unmatched = policy::Unmatched::Deny;
  CHECK(rules_of(scene.create(certificate_of({"web.example.com"}))) == Rules{"policy.unmatched"});
}

TEST_CASE("gate: what is put off until a policy is ready is never refused", "[gate]") {
  GateScene scene;
  test::Json waiting = GateScene::allow_example();
  waiting["ready"] = nullptr;
  const test::Json nothing{{"name", "nothing"}};
  scene.world.all = test::policies_of({waiting, nothing});
  scene.options.unmatched = policy::Unmatched::Deny;
  const auto found = scene.create(certificate_of({"web.example.com"}));
  CHECK(rules_of(found) == kNone);
  CHECK_FALSE(found.warnings.empty());
}

TEST_CASE("gate: a shadow neither approves nor denies, and is told of (78)", "[gate]") {
  GateScene scene;
  const test::Json shadow{
      {"name", "strict"}, {"mode", "warn"}, {"allowed", {{"dnsNames", {{"values", {"x"}}}}}}};
  scene.world.all = test::policies_of({GateScene::allow_example(), shadow});
  const auto found = scene.create(certificate_of({"web.example.com"}));
  CHECK(rules_of(found) == kNone);
  CHECK(scene.counts.seen["certificate approved"] == 1);
  test::Json only = GateScene::allow_example();
  only["mode"] = "audit";
  scene.world.all = test::policies_of({only});
  const auto alone = scene.create(certificate_of({"web.example.com"}));
  CHECK(rules_of(alone) == kNone);
  CHECK(scene.counts.seen["certificate pending"] == 1);
  CHECK(alone.audit_annotations.contains("policy-shadows"));
}

TEST_CASE("gate: a dry run gets the same answer and counts for nothing (79)", "[gate]") {
  GateScene scene;
  CHECK(kube::message(scene.create(denied(), true).errors) == kube::message(scene.create(denied()).errors));
  CHECK(scene.counts.seen["certificate denied"] == 1);
}

TEST_CASE("gate: an update that leaves the request as it was passes, another is judged (80-83)", "[gate]") {
  GateScene scene;
  const api::Certificate before = denied();
  api::Certificate after = before;
  after.metadata.labels.set("a", "b");
  after.spec.secret_name = "other";
  after.spec.secret_template.emplace().labels.set("c", "d");
  CHECK(is_silent(scene.update(before, after)));
  after.spec.dns_names.push_back("more.other.com");
  CHECK(rules_of(scene.update(before, after)) == Rules{"policy.denied"});
  after.metadata.deletion_timestamp = TimePoint(std::chrono::seconds(1));
  CHECK(is_silent(scene.update(before, after)));
  CHECK(is_silent(scene.update(denied(), certificate_of({"web.example.com"}))));
}

TEST_CASE("gate: literal subjects and other names are looked at as approval sees them (84)", "[gate]") {
  GateScene scene;
  api::Certificate literal = certificate_of({"web.example.com"});
  literal.spec.literal_subject = "CN=web.example.com,DC=example";
  CHECK(rules_of(scene.create(literal)) == Rules{"policy.denied"});
  api::Certificate other = certificate_of({"web.example.com"});
  other.spec.other_names.push_back({"1.3.6.1.4.1.311.20.2.3", "jane@example.com"});
  CHECK(rules_of(scene.create(other)) == Rules{"policy.denied"});
}

TEST_CASE("gate: defaults of the key are judged, a duration is not made up (85, 86)", "[gate]") {
  GateScene scene;
  const test::Json allowed = GateScene::allow_example()["allowed"];
  const test::Json rsa{{"name", "rsa"},
                       {"allowed", allowed},
                       {"constraints", {{"privateKey", {{"algorithm", "RSA"}, {"minSize", 2048}}}}}};
  scene.world.all = test::policies_of({rsa});
  api::Certificate plain = certificate_of({"web.example.com"});
  plain.spec.private_key.reset();
  CHECK(is_silent(scene.create(plain)));
  CHECK(rules_of(scene.create(certificate_of({"web.example.com"}))) == Rules{"policy.denied"});
  const test::Json short_lived{
      {"name", "short"}, {"allowed", allowed}, {"constraints", {{"maxDuration", "24h"}}}};
  scene.world.all = test::policies_of({short_lived});
  const auto found = scene.create(plain);
  REQUIRE(rules_of(found) == Rules{"policy.denied"});
  CHECK(kube::message(found.errors).find("spec.duration") != std::string::npos);
  plain.spec.duration = std::chrono::hours(24);
  CHECK(is_silent(scene.create(plain)));
}

TEST_CASE("gate: a Certificate whose name is yet to be made up is judged too (87)", "[gate]") {
  GateScene scene;
  api::Certificate generated = denied();
  generated.metadata.name.clear();
  CHECK(rules_of(scene.create(generated)) == Rules{"policy.denied"});
}

TEST_CASE("gate: what cannot be found out is admitted with a warning, unless it fails closed (89, 90)",
          "[gate]") {
  GateScene scene;
  SECTION("rights cannot be asked for") {
    scene.world.everybody = false;
    scene.world.failing = {"example"};
  }
  SECTION("issuers are not listed yet") { scene.world.issuers_known = false; }
  const auto found = scene.create(certificate_of({"web.example.com"}));
  CHECK(rules_of(found) == kNone);
  CHECK_FALSE(found.warnings.empty());
  CHECK(scene.counts.seen["certificate error"] == 1);
  scene.options.admission_failure = policy::OnFailure::Closed;
  CHECK(rules_of(scene.create(certificate_of({"web.example.com"}))) == Rules{"policy.unknown"});
}

TEST_CASE("gate: while a Namespace's label is not known nothing is refused (90)", "[gate]") {
  GateScene scene;
  scene.world.namespaces_known = false;
  CHECK(rules_of(scene.create(denied())) == kNone);
  CHECK_FALSE(scene.create(denied()).warnings.empty());
}

TEST_CASE("gate: an explanation is given on a dry run only, whatever the mode", "[gate]") {
  GateScene scene;
  scene.options.admission = Mode::Off;
  api::Certificate asked = certificate_of({"web.example.com"});
  asked.metadata.annotations.set(api::kExplainAnnotation, "json");
  CHECK(is_silent(scene.create(asked)));
  const auto found = scene.create(asked, true);
  REQUIRE(rules_of(found) == Rules{"policy.explained"});
  const auto record = test::Json::parse(kube::message(found.errors));
  CHECK(record["policy"] == "example");
  CHECK(record["policies"].size() == 1);
}

TEST_CASE("gate: without a cluster nothing is judged", "[gate]") {
  const webhook::Gate gate({});
  const kube::UserInfo user;
  CHECK(is_silent(gate.judge(nullptr, denied(), {user, false})));
}
