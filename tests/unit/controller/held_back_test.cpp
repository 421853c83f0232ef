// The whole controller against an API server in memory: what it holds back, and says so.
#include <catch2/catch.hpp>

#include "lib/api/resources.h"
#include "lib/pki/certificate.h"
#include "lib/pki/name.h"
#include "lib/pki/private_key.h"
#include "tests/unit/controller/scene.h"

namespace {

using namespace cw;                     // tests only
using namespace cw::controller::tests;  // tests only
using Catch::Matchers::Contains;

}  // namespace

TEST_CASE("a keystore waits for its password's Secret and says so", "[controller]") {
  Scene scene;
  scene.add_ca("mesh");
  const kube::Json password{{"create", true}, {"passwordSecretRef", {{"name", "pw"}, {"key", "password"}}}};
  scene.apply(api::kCertificates,
              certificate("mesh", "web", {{"keystores", {{"jks", password}, {"pkcs12", password}}}}));
  scene.settle();
  CHECK(scene.read(api::kSecrets, "mesh", "web-tls").is_null());
  CHECK(ready(scene.read(api::kCertificates, "mesh", "web")).substr(0, 6) == "False/");
  scene.apply(api::kSecrets, {{"metadata", {{"namespace", "mesh"}, {"name", "pw"}}},
                              {"data", {{"password", "Y2hhbmdlaXQ="}}}});
  scene.clock.advance(std::chrono::minutes(10));
  scene.settle();
  CHECK(what_is_wrong(scene, "mesh", "web", 1).empty());
  const auto data = scene.read(api::kSecrets, "mesh", "web-tls").at("data");
  for (const auto* key : {"keystore.jks", "truststore.jks", "keystore.p12", "truststore.p12"}) {
    INFO(key);
    CHECK(data.contains(key));
  }
}

TEST_CASE("a keystore that is no longer wanted goes without an issuance, one that is new comes",
          "[controller]") {
  Scene scene;
  scene.add_ca("mesh");
  scene.apply(api::kCertificates, certificate("mesh", "web"));
  scene.settle();
  const auto before = scene.read(api::kSecrets, "mesh", "web-tls").at("data").at("tls.crt");
  scene.apply(
      api::kCertificates,
      certificate("mesh", "web", {{"keystores", {{"pkcs12", {{"create", true}, {"password", "x"}}}}}}));
  scene.settle();
  auto data = scene.read(api::kSecrets, "mesh", "web-tls").at("data");
  CHECK(data.contains("keystore.p12"));
  CHECK(data.at("tls.crt") == before);
  scene.apply(api::kCertificates,
              {{"metadata", {{"namespace", "mesh"}, {"name", "web"}}}, {"spec", {{"keystores", nullptr}}}});
  scene.settle();
  data = scene.read(api::kSecrets, "mesh", "web-tls").at("data");
  CHECK_FALSE(data.contains("keystore.p12"));
  CHECK(data.at("tls.crt") == before);
}

TEST_CASE("an issuer type that is not built yet says so and leaves its requests pending", "[controller]") {
  Scene scene;
  scene.apply(api::kIssuers, issuer("shop", "le",
                                    {{"acme",
                                      {{"server", "https://acme.example.com/directory"},
                                       {"privateKeySecretRef", {{"name", "account"}}}}}}));
  scene.apply(api::kCertificates, certificate("shop", "web", {{"issuerRef", {{"name", "le"}}}}));
  scene.settle();
  CHECK(ready(scene.read(api::kIssuers, "shop", "le")).substr(0, 6) == "False/");
  CHECK(ready(scene.read(api::kCertificateRequests, "shop", "web-1")) == "False/Pending");
  CHECK_THAT(ready_message(scene.read(api::kCertificates, "shop", "web")), Contains("type acme"));
}

TEST_CASE("a temporary certificate is shown until the issuer has answered, and is not Ready",
          "[controller]") {
  Scene scene;
  auto wanted = certificate("mesh", "web");
  wanted["metadata"]["annotations"]["cert-manager.io/issue-temporary-certificate"] = "true";
  scene.apply(api::kCertificates, wanted);
  scene.settle();
  const auto secret = scene.read(api::kSecrets, "mesh", "web-tls");
  REQUIRE(secret.is_object());
  const auto leaf = pki::Certificate::parse_pem(secret_value(secret, "tls.crt"));
  const auto key = pki::PrivateKey::parse_pem(secret_value(secret, "tls.key"));
  REQUIRE((leaf && key));
  CHECK(leaf->matches(key->public_key()));
  CHECK(pki::common_name(leaf->issuer()) == "cert-manager.local");
  CHECK_FALSE(secret["metadata"]["annotations"].contains("cert-manager.io/issuer-name"));
  CHECK(ready(scene.read(api::kCertificates, "mesh", "web")) == "False/TemporaryCertificate");

  const auto version = secret["metadata"]["resourceVersion"];
  scene.settle();
  CHECK(scene.read(api::kSecrets, "mesh", "web-tls")["metadata"]["resourceVersion"] == version);

  scene.add_ca("mesh");
  scene.settle();
  CHECK(what_is_wrong(scene, "mesh", "web", 1).empty());
  CHECK(secret_value(scene.read(api::kSecrets, "mesh", "web-tls"), "tls.key") ==
        secret_value(secret, "tls.key"));
}

TEST_CASE("what cannot be decoded is left alone and harms no one else", "[controller]") {
  Scene scene;
  scene.add_ca("mesh");
  scene.apply(api::kCertificates,
              {{"metadata", {{"namespace", "mesh"}, {"name", "broken"}}}, {"spec", {{"secretName", 7}}}});
  scene.apply(api::kIssuers, issuer("mesh", "odd", {{"ca", "not an object"}}));
  scene.apply(api::kCertificates, certificate("mesh", "uses-odd", {{"issuerRef", {{"name", "odd"}}}}));
  scene.apply(api::kCertificates, certificate("mesh", "web"));
  scene.settle();
  CHECK(what_is_wrong(scene, "mesh", "web", 1).empty());
  CHECK_THAT(ready_message(scene.read(api::kCertificates, "mesh", "uses-odd")), Contains("cannot be read"));
}
