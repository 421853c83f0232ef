// What is particular to a kind.
#include "tests/unit/api/kinds.h"

#include <catch2/catch.hpp>

#include "lib/api/names.h"
#include "lib/api/secret.h"

namespace cw::api {
namespace {

using kube::Json;

TEST_CASE("a CertificateRequest's conditions have no observedGeneration") {
  CertificateRequest request;
  kube::Condition condition;
  condition.type = kReady;
  condition.status = kube::kConditionTrue;
  condition.observed_generation = 4;
  kube::set_condition(request.status.conditions, condition, TimePoint{});
  REQUIRE(request.status.conditions.size() == 1);
  CHECK(request.status.conditions[0].observed_generation == 0);
  CHECK_FALSE(encode(request)["status"]["conditions"][0].contains("observedGeneration"));
  CHECK(kube::is_condition_true(request.status.conditions, kReady));
}

TEST_CASE("a number is no duration") {
  const auto decoded = decode_certificate(Json::parse(R"({"spec": {"duration": 3600}})"));
  REQUIRE_FALSE(decoded);
  CHECK(decoded.error().message == "spec.duration: must be a string, but is an integer");
}

TEST_CASE("sizes out of their Go type are refused") {
  CHECK(decode_certificate(Json::parse(R"({"spec": {"privateKey": {"size": 4294967296}}})")));
  CHECK_FALSE(decode_certificate(Json::parse(R"({"spec": {"renewBeforePercentage": 4294967296}})")));
  CHECK_FALSE(decode_certificate(Json::parse(R"({"spec": {"revisionHistoryLimit": -2147483649}})")));
}

TEST_CASE("a short text that would decode to very much is refused") {
  std::string solvers = "{}";
  for (int i = 0; i < 100000; ++i) solvers += ",{}";
  const auto decoded = test::decode_parsed<Issuer>(R"({"spec": {"acme": {"solvers": [)" + solvers + "]}}}");
  REQUIRE_FALSE(decoded);
  CHECK(decoded.error().message.rfind("spec.acme.solvers[", 0) == 0);
}

TEST_CASE("unknown enum values survive for the rules to see") {
  const auto decoded = decode_certificate(Json::parse(R"({"spec": {"privateKey": {"algorithm": "Rot13"}}})"));
  REQUIRE(decoded);
  CHECK(decoded->spec.private_key->algorithm == "Rot13");
}

TEST_CASE("metadata that the struct does not keep is skipped, whatever its type") {
  const auto decoded = decode_order(
      Json::parse(R"({"metadata": {"name": "o", "managedFields": [{"x": 1}], "selfLink": "y"}})"));
  REQUIRE(decoded);
  CHECK(decoded->metadata.name == "o");
}

TEST_CASE("a Secret's data are bytes, also such that are no text") {
  const std::string binary("\0\xff", 2);
  Secret secret;
  secret.metadata.name = "s";
  secret.type = kTlsSecretType;
  secret.data.set(kTlsCertificateKey, kube::Bytes(binary));
  const Json json = encode(secret);
  CHECK(json["data"]["tls.crt"] == "AP8=");
  CHECK(json["apiVersion"] == "v1");
  const auto decoded = decode_secret(json);
  REQUIRE(decoded);
  CHECK(*decoded == secret);
  CHECK(decoded->data.find(kTlsCertificateKey)->text() == binary);
}

TEST_CASE("a Secret with malformed base64 is refused without showing the data") {
  const auto decoded = decode_secret(Json::parse(R"({"data": {"tls.key": "hunter2!"}})"));
  REQUIRE_FALSE(decoded);
  CHECK(decoded.error().message.rfind("data[tls.key]: ", 0) == 0);
  CHECK(decoded.error().message.find("hunter2") == std::string::npos);
}

TEST_CASE("issuer references are compared after their defaults") {
  const IssuerReference bare{"ca", "", ""};
  const IssuerReference full{"ca", "Issuer", "cert-manager.io"};
  CHECK(issuer_kind(bare) == "Issuer");
  CHECK(issuer_group(bare) == "cert-manager.io");
  CHECK(bare != full);
  CHECK(same_issuer(bare, full));
  CHECK_FALSE(same_issuer(bare, {"ca", "ClusterIssuer", ""}));
  CHECK_FALSE(same_issuer(bare, {"ca2", "", ""}));
  CHECK_FALSE(same_issuer(bare, {"ca", "", "example.com"}));
  CHECK(is_built_in_group(bare));
  CHECK_FALSE(is_built_in_group({"ca", "", "example.com"}));
}

}  // namespace
}  // namespace cw::api
