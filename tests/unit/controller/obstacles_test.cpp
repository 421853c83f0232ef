// What only somebody else can clear away: nothing is written over it, it is told, and it ends by itself once
// the obstacle is gone.
#include <catch2/catch.hpp>

#include "controller/certificates/facts.h"
#include "controller/certificates/temporary.h"
#include "controller/certificates/trigger.h"
#include "lib/api/resources.h"
#include "lib/base/encoding.h"
#include "lib/pki/csr.h"
#include "lib/pki/serving.h"
#include "tests/unit/controller/views.h"

namespace {

using namespace cw;                     // tests only
using namespace cw::controller::tests;  // tests only
using Catch::Matchers::Contains;

kube::Json secret_of_type(const std::string& name, const std::string& type) {
  return {{"metadata", {{"namespace", "mesh"}, {"name", name}}},
          {"type", type},
          {"data", {{"token", "c2VjcmV0"}}}};
}

constexpr const char* kTokenType = "kubernetes.io/service-account-token";

// What fails comes again without an end.
void some_passes(Scene& scene) {
  const auto machine = scene.controller();
  REQUIRE(machine->list_once());
  machine->drain(40);
}

std::vector<std::string> long_names(std::size_t count) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < count; ++i) names.push_back("host-" + std::to_string(i) + ".web.example.com");
  return names;
}

}  // namespace

TEST_CASE("target: a Secret of a foreign type is neither written nor issued for", "[controller]") {
  Scene scene;
  scene.add_ca("mesh");
  scene.apply(api::kSecrets, secret_of_type("web-tls", kTokenType));
  auto wanted = certificate("mesh", "web");
  SECTION("at all") {}
  SECTION("temporarily") {
    wanted["metadata"]["annotations"]["cert-manager.io/issue-temporary-certificate"] = "true";
  }
  SECTION("by hand") {
    wanted["status"]["conditions"] = {
        {{"type", "Issuing"}, {"status", "True"}, {"reason", "ManuallyTriggered"}}};
  }
  scene.apply(api::kCertificates, wanted);
  scene.settle();
  const auto secret = scene.read(api::kSecrets, "mesh", "web-tls");
  CHECK(secret["data"] == kube::Json{{"token", "c2VjcmV0"}});
  CHECK(scene.read(api::kCertificateRequests, "mesh", "web-1").is_null());
  const auto stored = scene.read(api::kCertificates, "mesh", "web");
  CHECK(ready(stored).substr(0, 6) == "False/");
  CHECK_THAT(ready_message(stored), Contains(kTokenType) && Contains("spec.secretName"));

  REQUIRE(scene.kube.remove(api::kSecrets, {"mesh", "web-tls"}, {}));
  scene.settle();
  CHECK(what_is_wrong(scene, "mesh", "web", 1).empty());
}

TEST_CASE("target: a Secret of a foreign type that comes up meanwhile is not written either",
          "[controller]") {
  Scene scene;
  scene.apply(api::kCertificates, certificate("mesh", "web"));
  scene.settle();  // waits for its issuer
  scene.add_ca("mesh");
  auto machine = scene.controller();
  REQUIRE(machine->list_once());
  scene.apply(api::kSecrets, secret_of_type("web-tls", kTokenType));
  machine->drain(100);
  some_passes(scene);
  CHECK(scene.read(api::kSecrets, "mesh", "web-tls")["data"] == kube::Json{{"token", "c2VjcmV0"}});
}

TEST_CASE("target: types that hold key pairs, and a Secret that is ours already, are written",
          "[controller]") {
  for (const auto* type : {"Opaque", "kubernetes.io/tls", ""}) {
    Scene scene;
    scene.add_ca("mesh");
    scene.apply(api::kSecrets, secret_of_type("web-tls", type));
    scene.apply(api::kCertificates, certificate("mesh", "web"));
    scene.settle();
    INFO(type);
    CHECK(what_is_wrong(scene, "mesh", "web", 1).empty());
  }
  Scene scene;
  scene.add_ca("mesh");
  auto ours = secret_of_type("web-tls", kTokenType);
  ours["metadata"]["annotations"]["cert-manager.io/certificate-name"] = "web";
  scene.apply(api::kSecrets, ours);
  scene.apply(api::kCertificates, certificate("mesh", "web"));
  scene.settle();
  CHECK(what_is_wrong(scene, "mesh", "web", 1).empty());
}

TEST_CASE("request: one of that name which is not the Certificate's is told, not waited for",
          "[controller]") {
  Scene scene;
  scene.add_ca("mesh");
  scene.settle();
  scene.apply(api::kCertificates, certificate("mesh", "web"));
  auto other = scene.read(api::kCertificateRequests, "mesh", "ca-1");
  other["metadata"] = {{"namespace", "mesh"}, {"name", "web-1"}};
  other.erase("status");
  scene.apply(api::kCertificateRequests, other);
  some_passes(scene);
  some_passes(scene);
  CHECK(scene.events.count("Certificate/web RequestFailed") >= 1);
  CHECK_THAT(ready_message(scene.read(api::kCertificates, "mesh", "web")),
             Contains("\"web-1\"") && Contains("delete it"));
  REQUIRE(scene.kube.remove(api::kCertificateRequests, {"mesh", "web-1"}, {}));
  scene.settle();
  CHECK(what_is_wrong(scene, "mesh", "web", 1).empty());
}

TEST_CASE("request: several of one revision hold an issuance back and are told", "[certificates]") {
  auto view = ready_view();
  view.requests.push_back(test_request(1));
  CHECK_FALSE(controller::certificates::trigger(view, kStart).start);
  CHECK(controller::certificates::trigger(view, kStart).held_back.empty());  // nothing is due
  view.secret->has_certificate = false;
  CHECK_FALSE(controller::certificates::trigger(view, kStart).start);
  const auto told = plan(view, kStart);
  CHECK_THAT(names_of(told.actions), Contains("Event:RequestFailed"));
  REQUIRE(status_in(told.actions) != nullptr);
  CHECK_THAT(kube::find_condition(status_in(told.actions)->conditions, "Ready")->message,
             Contains("claim revision 1"));
  view = ready_view();
  view.secret->has_certificate = false;
  view.requests.push_back(test_request(2));
  CHECK(controller::certificates::trigger(view, kStart).start);
  view.requests.push_back(test_request(2));
  CHECK_FALSE(controller::certificates::trigger(view, kStart).start);
}

TEST_CASE(
    "facts: a certificate of a CA by the name of the temporary one is not temporary if an issuer stands by "
    "it",
    "[certificates]") {
  pki::SystemKeyMaker keys;
  const auto pair = *pki::make_ca({.common_name = "cert-manager.local"}, keys, kStart);
  api::Secret secret;
  secret.data.set("tls.crt", kube::Bytes(pair.certificate_pem()));
  secret.data.set("tls.key", kube::Bytes(std::string(pair.key_pem()->reveal())));
  const auto spec = test_certificate().spec;
  CHECK(controller::certificates::facts_of_target(secret, spec, {}).secret.temporary);
  secret.metadata.annotations.set("cert-manager.io/issuer-name", "ca");
  CHECK_FALSE(controller::certificates::facts_of_target(secret, spec, {}).secret.temporary);
}

TEST_CASE("keystores: one without its password does not hold up the dates", "[controller]") {
  Scene scene;
  scene.add_ca("mesh");
  scene.apply(api::kCertificates, certificate("mesh", "web"));
  scene.settle();
  const kube::Json password{{"create", true}, {"passwordSecretRef", {{"name", "pw"}, {"key", "password"}}}};
  REQUIRE(scene.kube.merge_patch(api::kCertificates, {"mesh", "web"}, kube::Part::Status,
                                 {{"status", {{"renewalTime", nullptr}}}}));
  scene.apply(api::kCertificates, certificate("mesh", "web", {{"keystores", {{"jks", password}}}}));
  scene.settle();
  CHECK(scene.read(api::kCertificates, "mesh", "web")["status"].contains("renewalTime"));
  CHECK(scene.events.count("Certificate/web KeystorePasswordSecretNotFound") >= 1);
  // It exists, but lacks the key.
  scene.apply(api::kSecrets,
              {{"metadata", {{"namespace", "mesh"}, {"name", "pw"}}}, {"data", {{"other", "eA=="}}}});
  scene.clock.advance(std::chrono::minutes(10));
  scene.settle();
  CHECK(scene.events.count("Certificate/web KeystoreFailed") >= 1);
}

TEST_CASE("limits: a request that is longer than they allow is told and not made over and over",
          "[controller]") {
  Scene scene;
  scene.add_ca("mesh");
  scene.apply(api::kCertificates, certificate("mesh", "web", {{"dnsNames", long_names(1500)}}));
  some_passes(scene);
  some_passes(scene);
  CHECK(scene.read(api::kCertificateRequests, "mesh", "web-1").is_null());
  CHECK(scene.events.count("Certificate/web RequestFailed") >= 1);
  CHECK_THAT(ready_message(scene.read(api::kCertificates, "mesh", "web")), Contains("request"));

  scene.options.pem_limits.certificate = 200'000;
  scene.options.pem_limits.chain = 400'000;
  scene.settle();
  CHECK(what_is_wrong(scene, "mesh", "web", 1).empty());
  CHECK(scene.creates_of("certificaterequests") == 2);  // the CA's is the other one
}

TEST_CASE("controller gates: basic constraints reach the request", "[controller]") {
  for (const bool on : {false, true}) {
    Scene scene;
    scene.options.requests.basic_constraints = on;
    scene.add_ca("mesh");
    scene.settle();
    CHECK(what_is_wrong(scene, "mesh", "ca", 1).empty());
    const auto request = scene.read(api::kCertificateRequests, "mesh", "ca-1");
    const auto csr = pki::Csr::parse_pem(*decode_base64(request["spec"]["request"].get<std::string>()));
    REQUIRE(csr);
    REQUIRE(csr->basic_constraints());
    CHECK(csr->basic_constraints()->has_value() == on);
  }
}
