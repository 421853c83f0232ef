#include "schemas/check.h"

#include <string>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "schemas/outcome.h"

using namespace cw;           // NOLINT(google-build-using-namespace)
using namespace cw::schemas;  // NOLINT(google-build-using-namespace)

namespace {

std::vector<std::string> findings(const std::string& text) {
  const Json object = Json::parse(text);
  const KindSchema* kind = find_kind("cert-manager.io/v1", object.at("kind").get<std::string>());
  REQUIRE(kind != nullptr);
  std::vector<std::string> result;
  for (const kube::FieldError& error : Checker().check(object, *kind).failures) {
    result.push_back(error.field + " " + std::string(error.rule));
  }
  return result;
}

std::string certificate(const std::string& spec) {
  return R"({"apiVersion":"cert-manager.io/v1","kind":"Certificate","metadata":{"name":"w"},"spec":)" + spec +
         "}";
}

using Findings = std::vector<std::string>;

}  // namespace

TEST_CASE("a good object has no findings and gets its defaults") {
  CHECK(findings(certificate(R"({"secretName":"s","issuerRef":{"name":"i"}})")).empty());
  const Json issuer =
      Json::parse(R"({"apiVersion":"cert-manager.io/v1","kind":"Issuer","metadata":{"name":"w"},
    "spec":{"acme":{"server":"https://x","privateKeySecretRef":{"name":"k"}}},"status":{"conditions":5}})");
  const auto checked = Checker().check(issuer, *find_kind("cert-manager.io/v1", "Issuer"));
  CHECK(checked.failures.empty());
  CHECK(checked.object["spec"]["acme"]["renewalInformationSource"] == "ARI");
  CHECK(!checked.object.contains("status"));
}

TEST_CASE("every finding has its field and its rule") {
  CHECK(findings(certificate(R"({"secretName":5,"issuerRef":{},"usages":["x"],"bogus":1})")) ==
        Findings{"spec.bogus schema.unknown-field", "spec.issuerRef.name schema.required",
                 "spec.secretName schema.type", "spec.usages[0] schema.enum"});
}

TEST_CASE("metadata of the wrong type is one finding about the object") {
  CHECK(findings(R"({"apiVersion":"cert-manager.io/v1","kind":"Certificate","metadata":5})") ==
        Findings{" schema.malformed"});
}

TEST_CASE("what kube-apiserver lets through by accident is found by the JSON Schema") {
  CHECK(findings(R"({"apiVersion":"cert-manager.io/v1","kind":"Issuer","metadata":{"name":"w"},
    "spec":{"acme":{"server":"https://x","privateKeySecretRef":{"name":"k"},"caBundle":["x"]}}})") ==
        Findings{" schema.json-schema"});
}
