// CertificateRequests, approvals and policies at the gate. The numbers are those of reference/policy.md 3.9.
#include "lib/api/names.h"
#include "tests/unit/gate/gate_scene.h"
#include "webhook/gate/impact.h"

using namespace cw;  // tests only
using test::approved;
using test::certificate_of;
using test::GateScene;
using test::has_warning;
using test::request_for;
using test::rules_of;
using Rules = std::vector<std::string>;

namespace {

const Rules kNone;

webhook::GateFindings create(GateScene& scene, const api::CertificateRequest& request) {
  const kube::UserInfo user{request.spec.username, "", {}, {}};
  return scene.gate().judge(nullptr, request, {user, false});
}

webhook::GateFindings approve(GateScene& scene, const api::CertificateRequest& request) {
  return scene.gate().judge_approval(request, approved(request), {scene.jane, false});
}

}  // namespace

TEST_CASE("gate: a request made by hand is warned of its denial, or refused where that is chosen (92)",
          "[gate][request]") {
  GateScene scene;
  const auto warned = create(scene, request_for({"web.other.com"}));
  CHECK(rules_of(warned) == kNone);
  CHECK_FALSE(warned.warnings.empty());
  CHECK(scene.counts.seen["request denied"] == 1);
  CHECK(create(scene, request_for({"web.example.com"})).warnings.empty());
  scene.options.refuse_denied_requests = true;
  CHECK(rules_of(create(scene, request_for({"web.other.com"}))) == Rules{"policy.denied"});
  CHECK(rules_of(create(scene, request_for({"web.example.com"}))) == kNone);
}

TEST_CASE("gate: the controller's own requests are not judged a second time", "[gate][request]") {
  GateScene scene;
  scene.options.refuse_denied_requests = true;
  const auto found = create(scene, request_for({"web.other.com"}, scene.options.controller_user));
  CHECK(found.errors.empty());
  CHECK(found.warnings.empty());
  CHECK(scene.counts.seen.empty());
}

TEST_CASE("gate: with protection nobody approves what is denied, without it anybody may (119)",
          "[gate][request]") {
  GateScene scene;
  CHECK(rules_of(approve(scene, request_for({"web.other.com"}))) == kNone);
  scene.options.protect_approval = true;
  CHECK(rules_of(approve(scene, request_for({"web.other.com"}))) == Rules{"policy.denied"});
  CHECK(rules_of(approve(scene, request_for({"web.example.com"}))) == kNone);
  // Approved long ago: only news is judged.
  const auto old = approved(request_for({"web.other.com"}));
  CHECK(scene.gate().judge_approval(old, old, {scene.jane, false}).errors.empty());
  scene.options.on = false;
  scene.world.all.clear();
  scene.world.guard = kube::Map{{std::string(api::kAllowedNamespacesAnnotation), "others"}};
  CHECK(rules_of(approve(scene, request_for({"web.example.com"}))) == Rules{"policy.guard"});
}

TEST_CASE("gate: a Namespace's label opens no approval", "[gate][request]") {
  GateScene scene;
  scene.options.protect_approval = true;
  scene.world.namespaces["team"] = {{std::string(api::kPolicyAdmissionLabel), "off"}};
  CHECK(rules_of(approve(scene, request_for({"web.other.com"}))) == Rules{"policy.denied"});
}

TEST_CASE("gate: what no policy applies to can be approved by hand (120)", "[gate][request]") {
  GateScene scene;
  scene.options.protect_approval = true;
  scene.world.all.clear();
  CHECK(rules_of(approve(scene, request_for({"web.other.com"}))) == kNone);
}

TEST_CASE("gate: a Certificate and the request made from it get the same answer (88)", "[gate][request]") {
  GateScene scene;
  scene.options.refuse_denied_requests = true;
  for (const char* name : {"web.example.com", "web.other.com", "*.example.com", "WEB.example.com"}) {
    INFO(name);
    CHECK(rules_of(scene.create(certificate_of({name}))) == rules_of(create(scene, request_for({name}))));
  }
}

TEST_CASE("gate: a policy that would deny renewals says whose (70)", "[gate][policy]") {
  GateScene scene;
  for (int i = 0; i < 7; ++i) {
    scene.live.all.push_back(certificate_of({"web.example.com"}, "web-" + std::to_string(i)));
  }
  scene.live.all.push_back(certificate_of({"web.other.com"}, "never-allowed"));
  const auto before = test::policy_object(GateScene::allow_example());
  auto after = before;
  after.spec.allowed->dns_names->values = {"*.else.com"};
  const auto found = scene.gate().judge(&before, after, {scene.jane, true});
  REQUIRE(found.errors.empty());
  REQUIRE(found.warnings.size() == 1);
  CHECK(has_warning(found, "the next renewal of 7 Certificates would now be denied: team/web-0, team/web-1"));
  CHECK(found.warnings[0].size() <= 255);
  // Only news is told.
  CHECK(scene.gate().judge(&before, before, {scene.jane, false}).warnings.empty());
  // A selector that moves away leaves them waiting.
  auto moved = before;
  moved.spec.selector.issuer_ref = api::PolicyIssuerSelector{.name = "elsewhere", .kind = {}, .group = {}};
  CHECK(has_warning(scene.gate().judge(&before, moved, {scene.jane, false}), "would now wait"));
}

TEST_CASE("gate: a new policy that denies what nothing decided over is told of", "[gate][policy]") {
  GateScene scene;
  scene.world.all.clear();
  scene.live.all = {certificate_of({"web.other.com"})};
  test::Json fresh = GateScene::allow_example();
  fresh["ready"] = nullptr;
  CHECK(has_warning(scene.gate().judge(nullptr, test::policy_object(fresh), {scene.jane, false}),
                    "1 Certificate would now be denied: team/web"));
  CHECK(scene.world.asked.empty());  // nothing is put to the API server for a warning
}

TEST_CASE("gate: looking for renewals that fail ends after so many", "[gate][policy]") {
  GateScene scene;
  scene.world.all.clear();
  for (int i = 0; i < 9; ++i) scene.live.all.push_back(certificate_of({"web.other.com"}));
  const webhook::GateParts parts{.world = &scene.world,
                                 .options = scene.options,
                                 .requests = {},
                                 .counter = nullptr,
                                 .live = &scene.live};
  const auto warnings = webhook::impact_of(nullptr, test::policy_object(GateScene::allow_example()), parts,
                                           {.certificates = 4, .time = std::chrono::seconds(10)});
  REQUIRE(warnings.size() == 1);
  CHECK(warnings[0].starts_with("the next renewal of at least 4 Certificates"));
}
