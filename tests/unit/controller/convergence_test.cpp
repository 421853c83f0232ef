// The whole controller against an API server in memory: what users see at the end.
#include <catch2/catch.hpp>

#include "lib/api/resources.h"
#include "lib/base/encoding.h"
#include "lib/pki/certificate.h"
#include "tests/unit/controller/scene.h"

namespace {

using namespace cw;                     // tests only
using namespace cw::controller::tests;  // tests only
using Catch::Matchers::Contains;

std::size_t writes_about(const Scene& scene, const std::vector<std::string>& plurals) {
  std::size_t count = 0;
  for (const auto& call : scene.kube.writes()) {
    count += std::find(plurals.begin(), plurals.end(), call.plural) != plurals.end() ? 1 : 0;
  }
  return count;
}

}  // namespace

TEST_CASE("a chain of self-signed root, CA issuer and leaf becomes Ready by itself", "[controller]") {
  Scene scene;
  scene.add_ca("mesh");
  scene.apply(api::kCertificates, certificate("mesh", "web"));
  scene.settle();
  CHECK(ready(scene.read(api::kIssuers, "mesh", "root")) == "True/IsReady");
  CHECK(ready(scene.read(api::kIssuers, "mesh", "ca")) == "True/KeyPairVerified");
  CHECK(what_is_wrong(scene, "mesh", "ca", 1).empty());
  CHECK(what_is_wrong(scene, "mesh", "web", 1).empty());
}

TEST_CASE("the target Secret has the field's layout", "[controller]") {
  Scene scene;
  scene.add_ca("mesh");
  scene.apply(
      api::kCertificates,
      certificate("mesh", "web",
                  {{"secretTemplate", {{"labels", {{"team", "a"}}}, {"annotations", {{"note", "b"}}}}},
                   {"additionalOutputFormats", {{{"type", "DER"}}, {{"type", "CombinedPEM"}}}}}));
  scene.settle();
  const auto secret = scene.read(api::kSecrets, "mesh", "web-tls");
  CHECK(secret["type"] == "kubernetes.io/tls");
  CHECK(secret["metadata"]["labels"] ==
        kube::Json({{"controller.cert-manager.io/fao", "true"}, {"team", "a"}}));
  CHECK(secret["metadata"]["annotations"] ==
        kube::Json({{"cert-manager.io/alt-names", "web.example.com,www.web.example.com"},
                    {"cert-manager.io/certificate-name", "web"},
                    {"cert-manager.io/common-name", ""},
                    {"cert-manager.io/ip-sans", ""},
                    {"cert-manager.io/issuer-group", ""},
                    {"cert-manager.io/issuer-kind", ""},
                    {"cert-manager.io/issuer-name", "ca"},
                    {"cert-manager.io/uri-sans", ""},
                    {"note", "b"}}));
  CHECK_FALSE(secret["metadata"].contains("ownerReferences"));
  CHECK_THAT(secret_value(secret, "tls.key"), Catch::StartsWith("-----BEGIN EC PRIVATE KEY-----"));
  CHECK(secret_value(secret, "tls-combined.pem") ==
        secret_value(secret, "tls.key") + "\n" + secret_value(secret, "tls.crt"));
  CHECK_FALSE(secret_value(secret, "key.der").empty());
  const auto ca = pki::Certificate::parse_pem(secret_value(secret, "ca.crt"));
  const auto leaf = pki::Certificate::parse_pem(secret_value(secret, "tls.crt"));
  REQUIRE((ca && leaf));
  CHECK(leaf->is_issued_by(*ca));
}

TEST_CASE("a certificate costs seven writes and two events", "[controller]") {
  Scene scene;
  scene.add_ca("mesh");
  scene.settle();
  const auto events_before = scene.events.all().size();
  scene.apply(api::kCertificates, certificate("mesh", "web"));
  scene.kube.forget_writes();
  scene.settle();
  CHECK(what_is_wrong(scene, "mesh", "web", 1).empty());
  CHECK(writes_about(scene, {"secrets", "certificates", "certificaterequests"}) == 7);
  CHECK(scene.events.all().size() - events_before == 2);
  CHECK(scene.events.count("Certificate/web Issuing") == 2);
}

TEST_CASE("a controller that starts anew over finished certificates writes nothing", "[controller]") {
  Scene scene;
  scene.add_ca("mesh");
  for (int i = 0; i < 5; ++i) scene.apply(api::kCertificates, certificate("mesh", "web" + std::to_string(i)));
  scene.settle();
  scene.kube.forget_writes();
  scene.settle();
  CHECK(scene.kube.writes().empty());
}

TEST_CASE("an Issuer of another namespace does not serve, and the Certificate says so", "[controller]") {
  Scene scene;
  scene.add_ca("mesh");
  scene.apply(api::kCertificates, certificate("other", "web"));
  scene.settle();
  const auto web = scene.read(api::kCertificates, "other", "web");
  CHECK(ready(web) == "False/DoesNotExist");
  CHECK_THAT(ready_message(web), Contains("issuer \"ca\" in namespace \"other\" not found"));
  CHECK_THAT(ready_message(web), Contains("serves only its own namespace"));
  CHECK_THAT(ready_message(web), Contains("\"mesh\""));
  CHECK(scene.read(api::kSecrets, "other", "web-tls").is_null());
  SECTION("until there is one in its own") {
    scene.add_ca("other");
    scene.settle();
    CHECK(what_is_wrong(scene, "other", "web", 1).empty());
  }
}

TEST_CASE("a ClusterIssuer signs with the Secret of the cluster resource namespace", "[controller]") {
  Scene scene;
  scene.options.cluster_resource_namespace = "cert-manager";
  scene.add_ca("cert-manager");
  scene.apply(api::kClusterIssuers, issuer("", "everywhere", {{"ca", {{"secretName", "ca"}}}}));
  scene.apply(
      api::kCertificates,
      certificate("shop", "web", {{"issuerRef", {{"name", "everywhere"}, {"kind", "ClusterIssuer"}}}}));
  scene.settle();
  CHECK(ready(scene.read(api::kClusterIssuers, "", "everywhere")) == "True/KeyPairVerified");
  CHECK(what_is_wrong(scene, "shop", "web", 1).empty());
}

TEST_CASE("requests of a foreign group are approved and otherwise left alone", "[controller]") {
  Scene scene;
  scene.apply(api::kCertificates,
              certificate("shop", "web",
                          {{"issuerRef", {{"name", "x"}, {"kind", "Pca"}, {"group", "pca.example.com"}}}}));
  scene.settle();
  const auto request = scene.read(api::kCertificateRequests, "shop", "web-1");
  CHECK(condition(request, "Approved")["status"] == "True");
  CHECK(condition(request, "Ready").is_null());
  scene.clock.advance(std::chrono::seconds(60));
  scene.settle();
  CHECK_THAT(ready_message(scene.read(api::kCertificates, "shop", "web")),
             Contains("has not answered for Pca"));
}

TEST_CASE("nothing is signed without approval", "[controller]") {
  Scene scene;
  leave_unapproved(scene);
  scene.clock.advance(std::chrono::seconds(60));
  scene.settle();
  const auto request = scene.read(api::kCertificateRequests, "mesh", "web-1");
  CHECK_FALSE(request.contains("status"));
  CHECK(scene.events.count("CertificateRequest/web-1 WaitingForApproval") > 0);
  CHECK_THAT(ready_message(scene.read(api::kCertificates, "mesh", "web")), Contains("waits for approval"));
}

TEST_CASE("a denied request fails the issuance with its reason, and is tried again after the back-off",
          "[controller]") {
  Scene scene;
  leave_unapproved(scene);
  deny(scene, "web-1", "no such team");
  scene.settle();
  auto web = scene.read(api::kCertificates, "mesh", "web");
  CHECK(condition(web, "Issuing")["status"] == "False");
  CHECK(condition(web, "Issuing")["reason"] == "Policy");
  CHECK(web["status"]["failedIssuanceAttempts"] == 1);
  CHECK_THAT(ready_message(web), Contains("no such team"));
  CHECK(ready(scene.read(api::kCertificateRequests, "mesh", "web-1")) == "False/Denied");
  CHECK(scene.events.count("Certificate/web Policy") == 1);
  scene.options.controllers = {"*"};
  scene.settle();
  CHECK(condition(scene.read(api::kCertificates, "mesh", "web"), "Issuing")["status"] == "False");
  scene.clock.advance(std::chrono::hours(1));
  scene.settle();
  CHECK(what_is_wrong(scene, "mesh", "web", 1).empty());
  web = scene.read(api::kCertificates, "mesh", "web");
  CHECK_FALSE(web["status"].contains("failedIssuanceAttempts"));
  CHECK_FALSE(web["status"].contains("lastFailureTime"));
}

TEST_CASE("a certificate is renewed when two thirds of its life are over, and its old request goes",
          "[controller]") {
  Scene scene;
  scene.add_ca("mesh");
  scene.apply(api::kCertificates, certificate("mesh", "web", {{"duration", "3h"}}));
  const auto machine = scene.controller();
  Scene::settle(*machine);
  const auto before = secret_value(scene.read(api::kSecrets, "mesh", "web-tls"), "tls.key");
  scene.clock.advance(std::chrono::hours(2) - std::chrono::seconds(1));
  machine->drain(100);
  CHECK(what_is_wrong(scene, "mesh", "web", 1).empty());
  scene.clock.advance(std::chrono::seconds(1));
  machine->drain(100);
  CHECK(what_is_wrong(scene, "mesh", "web", 2).empty());
  CHECK(scene.read(api::kCertificateRequests, "mesh", "web-1").is_null());
  CHECK(secret_value(scene.read(api::kSecrets, "mesh", "web-tls"), "tls.key") != before);
}

TEST_CASE("rotationPolicy Never keeps the key over a renewal", "[controller]") {
  Scene scene;
  scene.add_ca("mesh");
  scene.apply(
      api::kCertificates,
      certificate("mesh", "web", {{"duration", "3h"}, {"privateKey", {{"rotationPolicy", "Never"}}}}));
  scene.settle();
  const auto before = secret_value(scene.read(api::kSecrets, "mesh", "web-tls"), "tls.key");
  scene.clock.advance(std::chrono::hours(2));
  scene.settle();
  CHECK(what_is_wrong(scene, "mesh", "web", 2).empty());
  CHECK(secret_value(scene.read(api::kSecrets, "mesh", "web-tls"), "tls.key") == before);
}

TEST_CASE("a changed spec is issued anew at once", "[controller]") {
  Scene scene;
  scene.add_ca("mesh");
  scene.apply(api::kCertificates, certificate("mesh", "web"));
  scene.settle();
  scene.apply(api::kCertificates, certificate("mesh", "web", {{"dnsNames", {"new.example.com"}}}));
  scene.settle();
  CHECK(what_is_wrong(scene, "mesh", "web", 2).empty());
  const auto secret = scene.read(api::kSecrets, "mesh", "web-tls");
  CHECK(secret["metadata"]["annotations"]["cert-manager.io/alt-names"] == "new.example.com");
}

TEST_CASE("a Secret deleted by hand is issued again", "[controller]") {
  Scene scene;
  scene.add_ca("mesh");
  scene.apply(api::kCertificates, certificate("mesh", "web"));
  scene.settle();
  REQUIRE(scene.kube.remove(api::kSecrets, {"mesh", "web-tls"}));
  scene.settle();
  CHECK(what_is_wrong(scene, "mesh", "web", 2).empty());
}

TEST_CASE("a changed secretTemplate reaches the Secret without a new issuance", "[controller]") {
  Scene scene;
  scene.add_ca("mesh");
  scene.apply(api::kCertificates, certificate("mesh", "web"));
  scene.settle();
  scene.apply(api::kCertificates,
              certificate("mesh", "web", {{"secretTemplate", {{"labels", {{"a", "b"}}}}}}));
  scene.settle();
  CHECK(what_is_wrong(scene, "mesh", "web", 1).empty());
  CHECK(scene.read(api::kSecrets, "mesh", "web-tls")["metadata"]["labels"]["a"] == "b");
}

TEST_CASE("of two Certificates that name one Secret only the older one is issued", "[controller]") {
  Scene scene;
  scene.add_ca("mesh");
  scene.apply(api::kCertificates, certificate("mesh", "first", {{"secretName", "shared"}}));
  scene.clock.advance(std::chrono::seconds(1));
  scene.apply(api::kCertificates, certificate("mesh", "second", {{"secretName", "shared"}}));
  scene.settle();
  CHECK(what_is_wrong(scene, "mesh", "first", 1).empty());
  const auto second = scene.read(api::kCertificates, "mesh", "second");
  CHECK(ready(second) == "False/IncorrectCertificate");
  CHECK_THAT(ready_message(second), Contains("\"first\""));
  CHECK(scene.creates_of("certificaterequests") == 2);
}
