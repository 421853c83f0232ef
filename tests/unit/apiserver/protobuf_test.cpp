#include <catch2/catch.hpp>

#include "apiserver/protobuf_decode.h"
#include "apiserver/protobuf_encode.h"
#include "apiserver/protobuf_writer.h"
#include "tests/unit/apiserver/test_api.h"

namespace cw::apiserver {
namespace {

std::string entry(const std::string& key, const std::string& value) {
  ProtobufWriter out;
  out.message(1, key);
  out.message(2, value);
  return out.take();
}

std::string enveloped(const std::string& kind, const std::string& object) {
  ProtobufWriter type;
  type.text(1, "v1");
  type.text(2, kind);
  ProtobufWriter envelope;
  envelope.message(1, type.take());
  envelope.message(2, object);
  envelope.message(3, "");
  envelope.message(4, "");
  return std::string("k8s\0", 4) + envelope.take();
}

// As kubectl create secret sends it.
std::string secret(const std::string& name) {
  ProtobufWriter metadata;
  metadata.message(1, name);
  metadata.message(2, "");  // generateName
  metadata.message(8, "");  // creationTimestamp: no time
  metadata.message(11, entry("app", "shop"));
  ProtobufWriter object;
  object.message(1, metadata.take());
  object.message(2, entry("key", std::string("\x00\xff", 2)));
  object.message(3, "Opaque");
  return enveloped("Secret", object.take());
}

const TypeCatalog kTypes;

}  // namespace

TEST_CASE("an object in protobuf becomes what it would have been in JSON") {
  TestApi api;
  const TestAnswer made = api.send("POST", kSecrets, secret("s"), "application/vnd.kubernetes.protobuf");
  REQUIRE(made.status == 201);
  CHECK(made.body["data"] == Json::parse(R"({"key":"AP8="})"));
  CHECK(made.body["metadata"]["labels"] == Json::parse(R"({"app":"shop"})"));
  CHECK(made.body["type"] == "Opaque");
}

TEST_CASE("times, numbers and nested lists are read") {
  const ValueType& event = kTypes.type("io.k8s.api.core.v1.Event");
  ProtobufWriter time;
  time.number(1, 1'700'000'000);
  time.number(2, 500'000'000);
  const std::string when = time.take();
  ProtobufWriter object;
  object.message(6, when);   // firstTimestamp
  object.number(8, 3);       // count
  object.message(10, when);  // eventTime
  const Json decoded = *decode_protobuf(enveloped("Event", object.take()), event);
  CHECK(decoded["firstTimestamp"] == "2023-11-14T22:13:20Z");
  CHECK(decoded["eventTime"] == "2023-11-14T22:13:20.500000Z");
  CHECK(decoded["count"] == 3);
}

TEST_CASE("a schema in schemas is read from protobuf as it was written") {
  const ValueType& type =
      kTypes.type("io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps");
  const Json schema = Json::parse(R"({"type":"object","properties":{
      "n":{"type":"number","minimum":0.5,"maximum":10,"default":1,"enum":[1,"a",null]},
      "list":{"type":"array","items":{"type":"string","maxLength":3}},
      "map":{"additionalProperties":{"type":"integer"}},"any":{"additionalProperties":true},
      "none":{"additionalProperties":false}},
      "x-kubernetes-validations":[{"rule":"true"}],"anyOf":[{"required":["n"]},{"not":{}}]})");
  const std::string message = encode_message(schema, type);
  CHECK(decode_protobuf(enveloped("", message), type)->dump() ==
        Json(schema).patch({{{"op", "add"}, {"path", "/apiVersion"}, {"value", "v1"}}}).dump());
}

TEST_CASE("messages without end in one another are refused") {
  std::string message;
  for (int i = 0; i < 20'000; ++i) {
    ProtobufWriter outer;
    outer.message(28, message);  // not
    message = outer.take();
  }
  const auto decoded = decode_protobuf(
      enveloped("", message),
      kTypes.type("io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps"));
  REQUIRE(!decoded);
  CHECK(decoded.error().code == Code::Invalid);
}

TEST_CASE("custom resources have no protobuf") {
  TestApi api;
  CHECK(api.send("POST", kCertificates, secret("s"), "application/vnd.kubernetes.protobuf").status == 415);
}

TEST_CASE("a message that is cut or damaged anywhere is answered") {
  TestApi api;
  const std::string whole = secret("s");
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const auto answer = api.send("POST", std::string(kSecrets) + "?dryRun=All", whole.substr(0, length),
                                 "application/vnd.kubernetes.protobuf");
    CHECK(answer.status >= 200);
  }
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const char damage : {'\x00', '\xff', '\x80', '\x0b'}) {
      std::string body = whole;
      body[at] = damage;
      const auto answer = api.send("POST", std::string(kSecrets) + "?dryRun=All", body,
                                   "application/vnd.kubernetes.protobuf");
      CHECK(answer.status >= 200);
    }
  }
}

}  // namespace cw::apiserver
