#include "apiserver/protobuf_encode.h"

#include <catch2/catch.hpp>

#include "apiserver/kinds/quantity.h"
#include "apiserver/protobuf_decode.h"
#include "apiserver/typed_decode.h"
#include "tests/unit/apiserver/test_data.h"

namespace cw::apiserver {
namespace {

const TypeCatalog& types() {
  static const TypeCatalog kTypes;
  return kTypes;
}

// What decoding makes of either form is the same object.
void check_round_trip(const Json& object, const std::string& definition) {
  const ValueType& type = types().type(definition);
  TypedFindings findings;
  const Json wanted = decode_typed(object, type, findings);
  REQUIRE(!findings.error);
  const Result<Json> back = decode_protobuf(encode_protobuf(wanted, type), type);
  REQUIRE(back);
  CHECK(decode_typed(*back, type, findings) == wanted);
}

}  // namespace

TEST_CASE("what is written in protobuf is read back as it was", "[protobuf]") {
  const std::map<std::string, std::string> definitions{
      {"Service", "io.k8s.api.core.v1.Service"},
      {"Endpoints", "io.k8s.api.core.v1.Endpoints"},
      {"Pod", "io.k8s.api.core.v1.Pod"},
      {"Secret", "io.k8s.api.core.v1.Secret"},
      {"EndpointSlice", "io.k8s.api.discovery.v1.EndpointSlice"},
      {"Ingress", "io.k8s.api.networking.v1.Ingress"},
      {"IngressClass", "io.k8s.api.networking.v1.IngressClass"},
      {"CertificateSigningRequest", "io.k8s.api.certificates.v1.CertificateSigningRequest"}};
  std::size_t checked = 0;
  for (const Json& recorded : test_cases("kinds.json")) {
    for (const Json& step : recorded["steps"]) {
      if (step["method"] != "POST" || step["status"] != 201) continue;
      INFO(step["body"].dump());
      check_round_trip(step["body"], definitions.at(step["body"]["kind"]));
      ++checked;
    }
  }
  CHECK(checked > 10);
}

TEST_CASE("embedded messages, kept zeros, amounts and ports are in their places", "[protobuf]") {
  const Json pod = Json::parse(R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{
    "containers":[{"name":"c","livenessProbe":{"httpGet":{"port":"http"},"periodSeconds":3},
                   "resources":{"limits":{"cpu":"500m"}}}],
    "volumes":[{"name":"v","secret":{"secretName":"s","optional":false}},{"name":"e","emptyDir":{}}],
    "automountServiceAccountToken":false,"terminationGracePeriodSeconds":0}})");
  check_round_trip(pod, "io.k8s.api.core.v1.Pod");
}

TEST_CASE("a frame of a watch tells its length first", "[protobuf]") {
  const std::string frame = encode_event_frame("ADDED", "k8s");
  // type = 1 "ADDED", object = 2 { raw = 1 "k8s" }
  CHECK(frame == std::string("\x00\x00\x00\x0e\x0a\x05"
                             "ADDED\x12\x05\x0a\x03k8s",
                             18));
}

TEST_CASE("amounts have one form", "[kinds]") {
  const std::vector<std::pair<std::string, std::string>> forms{
      {"0.5", "500m"},      {"1000m", "1"},    {"1024Mi", "1Gi"},   {"1.5Gi", "1536Mi"},  {"0", "0"},
      {"1e3", "1e3"},       {"12E", "12E"},    {"-2.50", "-2500m"}, {"1500Ki", "1500Ki"}, {"100k", "100k"},
      {"0.1Ki", "102400m"}, {"1000000", "1M"}, {"1E2", "100"}};
  for (const auto& [text, form] : forms) {
    INFO(text);
    CHECK(canonical_quantity(text).value() == form);
  }
  for (const char* text : {"", "x", "1Zi", "1.2.3", "1 Gi", "Mi1"}) CHECK(!canonical_quantity(text));
  CHECK(compare_quantities("2", "1500m") == 1);
}

}  // namespace cw::apiserver
