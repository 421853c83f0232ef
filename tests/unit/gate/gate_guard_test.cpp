// The guards of issuers at the gate. The numbers are those of reference/policy.md 3.9.
#include "lib/api/names.h"
#include "tests/unit/gate/gate_scene.h"

using namespace cw;  // tests only
using test::certificate_of;
using test::GateScene;
using test::rules_of;
using Rules = std::vector<std::string>;

namespace {

const Rules kNone;
const Rules kGuard{"policy.guard"};

struct GuardScene : GateScene {
  explicit GuardScene(std::string_view key, std::string value, bool on = false) {
    options.on = on;
    world.guard = kube::Map{{std::string(key), std::move(value)}};
    if (!on) world.all.clear();
  }
};

}  // namespace

TEST_CASE("gate: a guard lets in the namespaces that it names, with policy off too (94)", "[gate][guard]") {
  GuardScene scene(api::kAllowedNamespacesAnnotation, "team*, !team-x");
  api::Certificate certificate = certificate_of({"web.other.com"});
  CHECK(rules_of(scene.create(certificate)) == kNone);
  certificate.metadata.name_space = "team-x";
  const auto found = scene.create(certificate);
  CHECK(rules_of(found) == kGuard);
  CHECK(kube::message(found.errors).find("team-x") != std::string::npos);
}

TEST_CASE("gate: a guard's selector is asked of the Namespace's labels (94)", "[gate][guard]") {
  GuardScene scene(api::kAllowedNamespaceSelectorAnnotation, "env notin (test)");
  scene.world.namespaces["team"] = {{"env", "test"}};
  CHECK(rules_of(scene.create(certificate_of({"a.b"}))) == kGuard);
  scene.world.namespaces["team"] = {{"env", "prod"}};
  CHECK(rules_of(scene.create(certificate_of({"a.b"}))) == kNone);
}

TEST_CASE("gate: {namespace} ends at a dot, * is one label and ** any number (95, 96)", "[gate][guard]") {
  GuardScene scene(api::kAllowedDnsAnnotation, "*.{namespace}.example.com");
  CHECK(rules_of(scene.create(certificate_of({"web.team.example.com"}))) == kNone);
  CHECK(rules_of(scene.create(certificate_of({"web.evilteam.example.com"}))) == kGuard);
  CHECK(rules_of(scene.create(certificate_of({"a.web.team.example.com"}))) == kGuard);
  scene.world.guard->set(api::kAllowedDnsAnnotation, "**.{namespace}.example.com");
  CHECK(rules_of(scene.create(certificate_of({"a.web.team.example.com"}))) == kNone);
}

TEST_CASE("gate: a guard denies what a policy allows (97)", "[gate][guard]") {
  GuardScene scene(api::kAllowedNamespacesAnnotation, "others", true);
  CHECK(rules_of(scene.create(certificate_of({"web.example.com"}))) == kGuard);
}

TEST_CASE("gate: a guard that cannot be read lets nobody in (98)", "[gate][guard]") {
  GuardScene scene(api::kMaxSansAnnotation, "many");
  CHECK(rules_of(scene.create(certificate_of({"web.example.com"}))) == kGuard);
}

TEST_CASE("gate: names are counted and cannot be carried past a guard of DNS names (100)", "[gate][guard]") {
  GuardScene scene(api::kMaxSansAnnotation, "1");
  CHECK(rules_of(scene.create(certificate_of({"a.example.com"}))) == kNone);
  CHECK(rules_of(scene.create(certificate_of({"a.example.com", "b.example.com"}))) == kGuard);
  scene.world.guard = kube::Map{{std::string(api::kAllowedDnsAnnotation), "*.example.com"}};
  api::Certificate certificate = certificate_of({"a.example.com"});
  certificate.spec.common_name = "b.other.com";
  CHECK(rules_of(scene.create(certificate)) == kGuard);
  certificate.spec.common_name.clear();
  certificate.spec.ip_addresses.push_back("192.0.2.1");
  CHECK(rules_of(scene.create(certificate)) == kGuard);
  certificate.spec.ip_addresses = {};
  certificate.spec.uris.push_back("spiffe://a/b");
  CHECK(rules_of(scene.create(certificate)) == kGuard);
}

TEST_CASE("gate: with policy off an issuer that is not known yet holds nobody up", "[gate][guard]") {
  GateScene scene;
  scene.options.on = false;
  scene.options.admission_failure = policy::OnFailure::Closed;
  scene.world.issuers_known = false;
  CHECK(rules_of(scene.create(certificate_of({"a.b"}))) == kNone);
}

TEST_CASE("gate: a guard follows the mode of admission", "[gate][guard]") {
  GuardScene scene(api::kAllowedNamespacesAnnotation, "others");
  scene.options.admission = policy::Mode::Warn;
  const auto found = scene.create(certificate_of({"a.b"}));
  CHECK(rules_of(found) == kNone);
  CHECK_FALSE(found.warnings.empty());
}
