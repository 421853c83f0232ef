#include "apiserver/typed_decode.h"

#include <catch2/catch.hpp>

#include "apiserver/strategic_patch.h"
#include "tests/unit/apiserver/test_data.h"

namespace cw::apiserver {
namespace {

const TypeCatalog kTypes;

TypedFindings decode(const char* type, const char* text, Json* decoded = nullptr) {
  TypedFindings findings;
  Json value = decode_typed(Json::parse(text), kTypes.type(type), findings);
  if (decoded != nullptr) *decoded = std::move(value);
  return findings;
}

constexpr const char* kSecret = "io.k8s.api.core.v1.Secret";
constexpr const char* kConfigMap = "io.k8s.api.core.v1.ConfigMap";
constexpr const char* kEvent = "io.k8s.api.core.v1.Event";
constexpr const char* kLease = "io.k8s.api.coordination.v1.Lease";

}  // namespace

TEST_CASE("what is zero goes, what stands behind a pointer stays") {
  Json secret;
  decode(kSecret,
         R"({"metadata":{"labels":{},"finalizers":[],"generation":0},"data":{},"immutable":false,"type":""})",
         &secret);
  CHECK(secret == Json::parse(R"({"metadata":{},"immutable":false})"));
  Json lease;
  decode(kLease, R"({"spec":{"holderIdentity":"","leaseTransitions":0}})", &lease);
  CHECK(lease == Json::parse(R"({"spec":{"holderIdentity":"","leaseTransitions":0}})"));
}

TEST_CASE("fields that Go always writes are there") {
  Json event;
  decode(kEvent, R"({"involvedObject":{"name":"x"}})", &event);
  CHECK(event ==
        Json::parse(R"({"metadata":{},"involvedObject":{"name":"x"},"eventTime":null,"firstTimestamp":null,
    "lastTimestamp":null,"source":{},"reportingComponent":"","reportingInstance":""})"));
}

TEST_CASE("a wrong type is told in Go's words") {
  CHECK(decode(kConfigMap, R"({"data":{"a":1}})").error ==
        "json: cannot unmarshal number into Go struct field ConfigMap.data of type string");
  CHECK(decode(kConfigMap, R"({"metadata":{"labels":{"a":true}}})").error ==
        "json: cannot unmarshal bool into Go struct field ObjectMeta.metadata.labels of type string");
  CHECK(decode(kConfigMap, R"({"metadata":[]})").error ==
        "json: cannot unmarshal array into Go struct field ConfigMap.metadata of type v1.ObjectMeta");
  CHECK(
      decode(kLease, R"({"spec":{"leaseTransitions":1.5}})").error ==
      "json: cannot unmarshal number 1.5 into Go struct field LeaseSpec.spec.leaseTransitions of type int32");
  CHECK(decode(kSecret, R"({"data":{"a":"%%%"}})").error == "illegal base64 data at input byte 0");
  CHECK(decode(kLease, R"({"spec":{"leaseTransitions":99999999999}})").error ==
        "json: cannot unmarshal number 99999999999 into Go struct field LeaseSpec.spec.leaseTransitions of "
        "type "
        "int32");
  CHECK(decode(kConfigMap, R"({"immutable":1.5})").error ==
        "json: cannot unmarshal number into Go struct field ConfigMap.immutable of type bool");
  CHECK(decode(kSecret, R"({"type":{}})").error ==
        "json: cannot unmarshal object into Go struct field Secret.type of type v1.SecretType");
  CHECK(decode(kSecret, R"({"metadata":{"uid":{}}})").error ==
        "json: cannot unmarshal object into Go struct field ObjectMeta.metadata.uid of type types.UID");
}

TEST_CASE("what reads itself ends the decoding, and is told before wrong types") {
  CHECK(decode(kLease, R"({"metadata":{"labels":1},"spec":{"holderIdentity":1,"renewTime":"x"}})").error ==
        "parsing time \"x\" as \"2006-01-02T15:04:05.000000Z07:00\": cannot parse \"x\" as \"2006\"");
  CHECK(decode(kLease, R"({"spec":{"acquireTime":1,"renewTime":"x"}})").error ==
        "json: cannot unmarshal number into Go struct field LeaseSpec.spec.acquireTime of type string");
}

TEST_CASE("the struct that Go embeds stands in the path of a wrong type, not in that of an unknown field") {
  const TypedFindings found =
      decode("io.k8s.api.networking.v1.Ingress", R"({"spec":{"rules":[{"http":{"paths":"x","nope":1}}]}})");
  CHECK(found.error ==
        "json: cannot unmarshal string into Go struct field "
        "HTTPIngressRuleValue.spec.rules.IngressRuleValue.http."
        "paths of type []v1.HTTPIngressPath");
  CHECK(found.unknown == std::vector<std::string>{"spec.rules[0].http.nope"});
}

TEST_CASE("a conversion that cannot be is told in its own words") {
  const auto told = [](const char* type, const char* text) { return decode(type, text).conversion; };
  CHECK(told(kConfigMap, R"({"data":{"a":1}})") == "cannot convert int64 to string");
  CHECK(told(kConfigMap, R"({"data":{"a":true}})") == "unrecognized type: string");
  CHECK(told(kConfigMap, R"({"data":{"a":1.5}})") == "unrecognized type: string");
  CHECK(told(kConfigMap, R"({"immutable":1})") == "unrecognized type: bool");
  CHECK(told(kConfigMap, R"({"data":[]})") == "cannot restore map from slice");
  CHECK(told(kLease, R"({"spec":{"leaseTransitions":"x"}})") == "unrecognized type: int32");
  CHECK(told(kLease, R"({"spec":{"leaseTransitions":1.5}})") == "cannot convert float64 to int32");
  CHECK(told(kLease, R"({"spec":{"renewTime":1}})") ==
        "json: cannot unmarshal number into Go value of type string");
  CHECK(told(kSecret, R"({"data":{"a":"%%%"}})") ==
        "error decoding from json: illegal base64 data at input byte 0");
}

TEST_CASE("unknown members go and are named") {
  Json secret;
  const TypedFindings findings = decode(
      kSecret, R"({"dta":1,"metadata":{"nickname":"x","ownerReferences":[{"uid":"1","age":5}]}})", &secret);
  CHECK(findings.unknown ==
        std::vector<std::string>{"dta", "metadata.nickname", "metadata.ownerReferences[0].age"});
  CHECK_FALSE(secret.contains("dta"));
}

TEST_CASE("every type that a definition refers to is known, and every kind has one") {
  for (const auto& [name, schema] : kTypes.definitions().items()) CHECK_NOTHROW(kTypes.type(name));
}

TEST_CASE("strategic merge patches follow the type") {
  for (const Json& one : test_cases("strategic_patches.json")) {
    INFO(one["name"]);
    const auto result = apply_strategic_patch(one["object"], one["patch"], kTypes.type(kConfigMap));
    if (one.contains("result")) {
      if (!result) FAIL(result.error().message);
      CHECK(*result == one["result"]);
    } else {
      CHECK_FALSE(result.has_value());
    }
  }
}

}  // namespace cw::apiserver
