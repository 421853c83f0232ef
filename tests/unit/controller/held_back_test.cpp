// The whole controller against an API server in memory: what it holds back, and says so.
#include <catch2/catch.hpp>

#include "lib/api/resources.h"
#include "tests/unit/controller/scene.h"

namespace {

using namespace cw;                     // tests only
using namespace cw::controller::tests;  // tests only
using Catch::Matchers::Contains;

}  // namespace

TEST_CASE("a Certificate that asks for a keystore is not issued without one, and says why", "[controller]") {
  Scene scene;
  scene.add_ca("mesh");
  scene.apply(api::kCertificates,
              certificate("mesh", "web", {{"keystores", {{"jks", {{"create", true}, {"password", "x"}}}}}}));
  scene.settle();
  const auto web = scene.read(api::kCertificates, "mesh", "web");
  CHECK(ready(web) == "False/DoesNotExist");
  CHECK_THAT(ready_message(web), Contains("spec.keystores.jks"));
  CHECK(scene.read(api::kSecrets, "mesh", "web-tls").is_null());
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
