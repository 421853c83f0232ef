// What people do to Secrets, and clocks to dates.
#include <catch2/catch.hpp>

#include "lib/api/resources.h"
#include "lib/base/encoding.h"
#include "lib/pki/serving.h"
#include "tests/unit/controller/scene.h"

namespace {

using namespace cw;                     // tests only
using namespace cw::controller::tests;  // tests only

struct Issued {
  Scene scene;
  explicit Issued(const kube::Json& changes = {}) {
    scene.add_ca("mesh");
    scene.apply(api::kCertificates, certificate("mesh", "web", changes));
    scene.settle();
    REQUIRE(what_is_wrong(scene, "mesh", "web", 1).empty());
    scene.kube.forget_writes();
  }
  void edit_secret(const kube::Json& patch) {
    REQUIRE(scene.kube.merge_patch(api::kSecrets, {"mesh", "web-tls"}, kube::Part::Object, patch,
                                   {.field_manager = "kubectl-edit"}));
  }
};

kube::Json data(const std::string& key, const std::string& value) {
  return {{"data", {{key, encode_base64(value)}}}};
}

pki::KeyPair another_pair() {
  pki::SystemKeyMaker keys;
  return *pki::make_ca({.common_name = "another"}, keys, kStart);
}

}  // namespace

TEST_CASE("a Secret edited by hand is issued anew once, whatever was done to it", "[controller][faults]") {
  Issued issued;
  std::string reason;
  SECTION("another key") {
    issued.edit_secret(data("tls.key", std::string(another_pair().key_pem()->reveal())));
    reason = "InvalidKeyPair";
  }
  SECTION("another certificate") {
    issued.edit_secret(data("tls.crt", another_pair().certificate_pem()));
    reason = "InvalidKeyPair";
  }
  SECTION("no certificate") {
    issued.edit_secret({{"data", {{"tls.crt", nullptr}}}});
    reason = "MissingData";
  }
  SECTION("nonsense") {
    issued.edit_secret(data("tls.crt", "nonsense"));
    reason = "InvalidCertificate";
  }
  SECTION("another issuer's name") {
    issued.edit_secret({{"metadata", {{"annotations", {{"cert-manager.io/issuer-name", "other"}}}}}});
    reason = "IncorrectIssuer";
  }
  issued.scene.settle();
  INFO(reason);
  CHECK(what_is_wrong(issued.scene, "mesh", "web", 2) == "");
  CHECK(issued.scene.creates_of("certificaterequests") == 1);
  issued.scene.kube.forget_writes();
  issued.scene.settle();
  CHECK(issued.scene.kube.writes().empty());
}

TEST_CASE("another encoding of the key is no reason to issue", "[controller]") {
  Issued issued;
  issued.scene.apply(api::kCertificates,
                     certificate("mesh", "web", {{"privateKey", {{"encoding", "PKCS8"}}}}));
  issued.scene.settle();
  CHECK(what_is_wrong(issued.scene, "mesh", "web", 1) == "");
  CHECK(issued.scene.creates_of("certificaterequests") == 0);
}

TEST_CASE("another issuer is: its certificate takes the place of the old one", "[controller]") {
  Issued issued;
  issued.scene.apply(api::kIssuers, issuer("mesh", "self", {{"selfSigned", kube::Json::object()}}));
  issued.scene.apply(api::kCertificates, certificate("mesh", "web", {{"issuerRef", {{"name", "self"}}}}));
  issued.scene.settle();
  CHECK(what_is_wrong(issued.scene, "mesh", "web", 2) == "");
  const auto secret = issued.scene.read(api::kSecrets, "mesh", "web-tls");
  CHECK(secret["metadata"]["annotations"]["cert-manager.io/issuer-name"] == "self");
}

TEST_CASE("what a backup brought back is Ready as it is", "[controller][faults]") {
  Issued issued;
  const auto secret = issued.scene.read(api::kSecrets, "mesh", "web-tls");
  REQUIRE(issued.scene.kube.remove(api::kCertificates, {"mesh", "web"}));
  REQUIRE(issued.scene.kube.remove(api::kCertificateRequests, {"mesh", "web-1"}));
  issued.scene.apply(api::kCertificates, certificate("mesh", "web"));
  issued.scene.kube.forget_writes();
  issued.scene.settle();
  CHECK(ready(issued.scene.read(api::kCertificates, "mesh", "web")) == "True/Ready");
  CHECK(issued.scene.creates_of("certificaterequests") == 0);
  CHECK(issued.scene.read(api::kSecrets, "mesh", "web-tls")["data"] == secret["data"]);
}

TEST_CASE("a clock that jumps ahead renews once, and set back it issues nothing", "[controller][faults]") {
  Issued issued(kube::Json{{"duration", "720h"}});
  issued.scene.clock.advance(std::chrono::hours(24 * 365));
  issued.scene.settle();
  CHECK(what_is_wrong(issued.scene, "mesh", "web", 2) == "");
  issued.scene.settle();
  CHECK(issued.scene.creates_of("certificaterequests") == 1);
  issued.scene.clock.advance(-std::chrono::hours(24 * 365));
  issued.scene.kube.forget_writes();
  issued.scene.settle();
  CHECK(issued.scene.creates_of("certificaterequests") == 0);
}

TEST_CASE("a renewal by hand does not wait for the end of a back-off", "[controller]") {
  Scene scene;
  leave_unapproved(scene);
  deny(scene, "web-1", "no");
  scene.settle();
  REQUIRE(scene.read(api::kCertificates, "mesh", "web")["status"].value("failedIssuanceAttempts", 0) == 1);
  const auto denied = scene.read(api::kCertificateRequests, "mesh", "web-1")["metadata"]["uid"];
  scene.options.controllers = {"*"};
  scene.clock.advance(std::chrono::minutes(2));
  const kube::Json by_hand = {{"type", "Issuing"},
                              {"status", "True"},
                              {"reason", "ManuallyTriggered"},
                              {"message", "by hand"},
                              {"lastTransitionTime", "2026-01-02T03:06:05Z"}};
  REQUIRE(scene.kube.merge_patch(api::kCertificates, {"mesh", "web"}, kube::Part::Status,
                                 {{"status", {{"conditions", {by_hand}}}}}));
  scene.kube.forget_writes();
  scene.settle();
  CHECK(what_is_wrong(scene, "mesh", "web", 1) == "");
  CHECK(scene.read(api::kCertificateRequests, "mesh", "web-1")["metadata"]["uid"] != denied);
  CHECK(scene.creates_of("certificaterequests") == 1);
}
