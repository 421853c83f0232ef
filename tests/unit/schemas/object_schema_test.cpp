#include "schemas/object_schema.h"

#include <string>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "schemas/kinds.h"
#include "schemas/outcome.h"
#include "schemas/schema_reader.h"

using namespace cw;           // NOLINT(google-build-using-namespace)
using namespace cw::schemas;  // NOLINT(google-build-using-namespace)

namespace {

// A kind of test.example.com/v1 whose spec has this schema.
ObjectSchema with_spec(const std::string& spec_schema) {
  const Json root = {{"type", "object"},
                     {"properties",
                      {{"spec", Json::parse(spec_schema)},
                       {"status", {{"type", "object"}, {"properties", {{"n", {{"type", "integer"}}}}}}}}}};
  return {"test.example.com/v1", "Widget", *read_schema(root, NamedRules())};
}

Json widget(const std::string& spec) {
  return {{"apiVersion", "test.example.com/v1"},
          {"kind", "Widget"},
          {"metadata", {{"name", "w"}}},
          {"spec", Json::parse(spec)}};
}

std::string failures(const Json& object, const ObjectSchema& schema, const Json* old = nullptr) {
  return kube::message(validate_object(object, schema, old));
}

}  // namespace

TEST_CASE("unknown and duplicate fields are told with their paths, and gone") {
  const ObjectSchema schema = with_spec(
      R"({"type":"object","properties":{"a":{"type":"string"},"l":{"type":"array","items":{"type":"object","properties":{"k":{"type":"string"}}}}}})");
  const auto decoded = decode_object(
      R"({"apiVersion":"test.example.com/v1","kind":"Widget","metadata":{"name":"w","zz":1},"top":1,
          "spec":{"a":"x","a":"y","b":{"c":1},"l":[{"k":"1"},{"k":"1","k":"2","q":[{"r":1}]}]}})",
      schema);
  REQUIRE(decoded);
  CHECK(strict_error(decoded->strict_failures).message ==
        "strict decoding error: duplicate field \"spec.a\", duplicate field \"spec.l[1].k\", "
        "unknown field \"metadata.zz\", unknown field \"spec.b\", unknown field \"spec.l[1].q\", "
        "unknown field \"top\"");
  CHECK(decoded->object == widget(R"({"a":"y","l":[{"k":"1"},{"k":"2"}]})"));
}

TEST_CASE("whole numbers are written without a fraction") {
  const ObjectSchema schema = with_spec(R"({"type":"object","x-kubernetes-preserve-unknown-fields":true})");
  auto decoded = decode_object(widget(R"({"a":3.0,"b":[1e3,-0.0,2.5,1e30]})").dump(), schema);
  REQUIRE(decoded);
  CHECK(decoded->object["spec"]["a"].is_number_float());
  write_whole_numbers(decoded->object);
  CHECK(decoded->object["spec"].dump() == R"({"a":3,"b":[1000,0,2.5,1e+30]})");
}

TEST_CASE("embedded objects are named and labelled as objects are") {
  const ObjectSchema schema = with_spec(R"({"type":"object","properties":{"o":{"type":"object",
      "x-kubernetes-embedded-resource":true,"x-kubernetes-preserve-unknown-fields":true}}})");
  CHECK(failures(widget(R"({"o":{"apiVersion":"a/b/c","kind":"A b","metadata":{"name":"a/b",
            "labels":{"a b":"c"}}}})"),
                 schema) ==
        "[spec.o.apiVersion: Invalid value: \"a/b/c\": unexpected GroupVersion string: a/b/c, spec.o.kind: "
        "Invalid value: \"A b\": may have mixed case, but should otherwise match: a DNS-1035 label must "
        "consist "
        "of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an "
        "alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is "
        "'[a-z]([-a-z0-9]*[a-z0-9])?'), spec.o.metadata.name: Invalid value: \"a/b\": may not contain '/', "
        "spec.o.metadata.labels: Invalid value: \"a b\": name part must consist of alphanumeric characters, "
        "'-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or "
        "'my.name',  "
        "or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')]");
  Json wrong = widget(R"({"o":{"apiVersion":"v1","kind":"A","metadata":5}})");
  const auto refused = normalize(wrong, schema);
  REQUIRE_FALSE(refused);
  CHECK(
      refused.error().message ==
      "spec.o.metadata: Invalid value: 5: json: cannot unmarshal number into Go value of type v1.ObjectMeta");
}

TEST_CASE("text that is no object of the API is refused") {
  const ObjectSchema schema = with_spec(R"({"type":"object"})");
  for (const char* text : {"", "nul", "[]", "1", "{", R"({"a":})", R"({"apiVersion":"v1"})", R"({"kind":1})",
                           R"({"kind":"Widget","metadata":5})", R"({"kind":"Widget","apiVersion":[]})",
                           R"({"kind":"Widget","metadata":{"labels":[]}})", "{\"kind\":\"\xff\"}"}) {
    INFO(text);
    const auto decoded = decode_object(text, schema);
    REQUIRE(!decoded);
    CHECK(decoded.error().code == Code::Invalid);
  }
}

TEST_CASE("an object nested a million deep is refused, not followed") {
  const ObjectSchema schema = with_spec(R"({"x-kubernetes-preserve-unknown-fields":true})");
  std::string text = R"({"apiVersion":"test.example.com/v1","kind":"Widget","spec":)";
  text += std::string(1000000, '[') + std::string(1000000, ']') + "}";
  CHECK(!decode_object(text, schema));
}

TEST_CASE("an object that a patch has nested too deeply is refused") {
  const ObjectSchema schema = with_spec(R"({"x-kubernetes-preserve-unknown-fields":true})");
  Json deep = 1;
  for (int i = 0; i < 10 * kube::kMaxJsonDepth; ++i) deep = Json::array({std::move(deep)});
  Json object = widget("{}");
  object["spec"] = std::move(deep);
  CHECK(!normalize(object, schema));
}

TEST_CASE("a hostile object gets an answer of bounded size") {
  const ObjectSchema schema = with_spec(R"({"type":"array","items":{"type":"string"}})");
  Json object = widget("[]");
  for (int i = 0; i < 50000; ++i) object["spec"].push_back(i);
  CHECK(validate_object(object, schema).size() == Outcome::kMaxFailures);
}

TEST_CASE("an object of another kind or version is decoded as it is and then refused") {
  const ObjectSchema schema = with_spec(R"({"type":"object"})");
  const auto decoded = decode_object(
      R"({"apiVersion":"other/v1","kind":"Gadget","metadata":{"name":"w"},"spec":{"x":1}})", schema);
  REQUIRE(decoded);
  CHECK(decoded->strict_failures.empty());
  CHECK(failures(decoded->object, schema) ==
        "[kind: Invalid value: \"Gadget\": must be Widget, apiVersion: Invalid value: \"other/v1\": must be "
        "test.example.com/v1]");
}

TEST_CASE("metadata is brought into its canonical form") {
  const ObjectSchema schema = with_spec(R"({"type":"object"})");
  Json object = widget("{}");
  object["metadata"] = {{"name", "w"},
                        {"labels", Json::object()},
                        {"generation", 0},
                        {"creationTimestamp", nullptr},
                        {"deletionTimestamp", "2026-01-02T03:04:05+01:00"},
                        {"managedFields", Json::array({{{"manager", "m"}}})},
                        {"selfLink", "/x"}};
  REQUIRE(normalize(object, schema));
  CHECK(object["metadata"] == Json::parse(R"({"name":"w","deletionTimestamp":"2026-01-02T02:04:05Z",
                                              "managedFields":[{"manager":"m"}]})"));
}

TEST_CASE("an update is not refused for what it leaves as it was") {
  const ObjectSchema schema = with_spec(
      R"({"type":"object","required":["must"],"properties":{"must":{"type":"string"},"a":{"type":"string","maxLength":2},
          "b":{"type":"integer"},"m":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["k"],
          "items":{"type":"object","properties":{"k":{"type":"string"},"v":{"type":"integer","maximum":5}}}},
          "l":{"type":"array","items":{"type":"integer","maximum":5}}}})");
  const Json old = widget(R"({"a":"long","b":1,"m":[{"k":"x","v":9},{"k":"y","v":1}],"l":[9]})");

  CHECK(failures(old, schema, &old).empty());
  // Another member changes: the object as a whole is another, its unchanged members are forgiven.
  CHECK(failures(widget(R"({"a":"long","b":2,"must":"x","m":[{"k":"y","v":2},{"k":"x","v":9}],"l":[9]})"),
                 schema, &old)
            .empty());
  CHECK(failures(widget(R"({"a":"longer","b":1,"must":"x"})"), schema, &old) ==
        "spec.a: Too long: may not be more than 2 bytes");
  CHECK(failures(widget(R"({"must":"x","m":[{"k":"x","v":8}]})"), schema, &old) ==
        "spec.m[0].v: Invalid value: 8: spec.m[0].v in body should be less than or equal to 5");
  // Items of a list without keys do not correspond.
  CHECK(failures(widget(R"({"must":"x","l":[9,1]})"), schema, &old) ==
        "spec.l[0]: Invalid value: 9: spec.l[0] in body should be less than or equal to 5");
  CHECK(failures(widget(R"({"b":2})"), schema, &old) == "spec.must: Required value");
}

TEST_CASE("keys that stood twice before an update may stay") {
  const ObjectSchema schema =
      with_spec(R"({"type":"array","x-kubernetes-list-type":"set","items":{"type":"string"}})");
  const Json old = widget(R"(["a","a"])");
  CHECK(failures(widget(R"(["a","a","b"])"), schema, &old).empty());
  CHECK(failures(widget(R"(["a","a"])"), schema) == "spec[1]: Duplicate value: \"a\"");
}

TEST_CASE("a status write looks at the status alone, and names it") {
  const ObjectSchema schema = with_spec(R"({"type":"string"})");
  Json object = widget("5");
  object["status"] = {{"n", "x"}};
  const Json old = widget("5");
  CHECK(kube::message(validate_status(object, schema, old)) ==
        "status.n: Invalid value: \"string\": n in body must be of type integer: \"string\"");
  object["status"] = 5;
  CHECK(kube::message(validate_status(object, schema, old)) ==
        "status: Invalid value: \"integer\":  in body must be of type object: \"integer\"");
  object.erase("status");
  CHECK(validate_status(object, schema, old).empty());
}

TEST_CASE("a venafi issuer has exactly one service") {
  const ObjectSchema& schema = find_kind("cert-manager.io/v1", "Issuer")->object;
  const std::string cloud = R"("cloud":{"apiTokenSecretRef":{"name":"s"}})";
  const std::string ngts = R"("ngts":{"credentialsRef":{"name":"s"},"tsgID":"1"})";
  const auto verdict = [&](const std::string& members) {
    Json object = Json::parse(R"({"apiVersion":"cert-manager.io/v1","kind":"Issuer","metadata":{"name":"w"},
                                  "spec":{"venafi":{"zone":"z")" +
                              (members.empty() ? "" : "," + members) + "}}}");
    return failures(object, schema);
  };
  const std::string refused = "spec.venafi: Invalid value: exactly one of tpp, cloud and ngts must be set";
  CHECK(verdict(cloud).empty());
  CHECK(verdict("") == refused);
  CHECK(verdict(cloud + "," + ngts) == refused);
  CHECK(
      verdict(R"("cloud":{})") ==
      "[spec.venafi.cloud.apiTokenSecretRef: Required value, <nil>: Invalid value: null: some validation "
      "rules "
      "were not checked because the object was invalid; correct the existing errors to complete validation]");
}
