#include "schemas/schema_reader.h"

#include <string>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace cw;           // NOLINT(google-build-using-namespace)
using namespace cw::schemas;  // NOLINT(google-build-using-namespace)

namespace {

Result<SchemaPtr> read(const std::string& text) { return read_schema(Json::parse(text), NamedRules()); }

struct Refused {
  const char* schema;
  const char* why;
};

}  // namespace

TEST_CASE("a schema that is not structural is refused, with the place") {
  const Refused cases[] = {
      {R"("x")", "schema: must be an object"},
      {R"({})", "schema: type must be set"},
      {R"({"type":"object","properties":{"a":{}}})", "schema.properties[a]: type must be set"},
      {R"({"type":"array"})", "schema: items must be set"},
      {R"({"type":"array","items":[{"type":"string"}]})", "schema.items: must be an object"},
      {R"({"type":"null"})", "schema: unknown type"},
      {R"({"$ref":"#/definitions/x"})", "schema: $ref must not be used"},
      {R"({"$ref":1})", "schema: $ref must be a string"},
      {R"({"type":"object","definitions":{}})", "schema: definitions must not be used"},
      {R"({"type":"object","patternProperties":{}})", "schema: patternProperties must not be used"},
      {R"({"type":"object","additionalProperties":false})", "schema: additionalProperties must not be false"},
      {R"({"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":{"type":"string"}})",
       "schema: properties and additionalProperties exclude each other"},
      {R"({"type":"string","pattern":"("})", "schema: not a valid regular expression: missing ): ("},
      {R"({"type":"string","pattern":5})", "schema: pattern must be a string"},
      {R"({"type":"string","enum":5})", "schema: enum must be a list"},
      {R"({"type":"string","minLength":"x"})", "schema: minLength must be an integer"},
      {R"({"type":"integer","minimum":"x"})", "schema: minimum must be a number"},
      {R"({"type":"object","required":[1]})", "schema: required must be a list of strings"},
      {R"({"type":"array","items":{"type":"string"},"uniqueItems":true})",
       "schema: uniqueItems must not be true"},
      {R"({"type":"array","items":{"type":"object"},"x-kubernetes-list-type":"map"})",
       "schema: a list map needs keys"},
      {R"({"type":"array","items":{"type":"object"},"x-kubernetes-list-type":"bag"})",
       "schema: unknown x-kubernetes-list-type"},
      {R"({"type":"string","x-kubernetes-embedded-resource":true})",
       "schema: an embedded resource is an object"},
      {R"({"type":"string","allOf":5})", "schema: allOf must be a list"},
      {R"({"type":"string","not":5})", "schema.not: must be an object"},
      {R"({"type":"string","x-kubernetes-validations":5})",
       "schema: x-kubernetes-validations must be a list"},
      {R"({"type":"string","x-kubernetes-validations":[5]})", "schema: a rule must be an object"},
  };
  for (const Refused& test : cases) {
    INFO(test.schema);
    const auto result = read(test.schema);
    REQUIRE(!result);
    CHECK(result.error().code == Code::Invalid);
    CHECK(result.error().message == test.why);
  }
}

TEST_CASE("a rule that nothing can evaluate is refused when the schema is read, not skipped") {
  const auto result = read(R"({"type":"string","x-kubernetes-validations":[{"rule":"self == 'x'"}]})");
  REQUIRE(!result);
  CHECK(result.error().message == "schema: rule is not known: self == 'x'");
}

TEST_CASE("a schema nested too deeply is refused, however it nests") {
  for (const char* member : {"items", "properties", "not"}) {
    Json schema = {{"type", "string"}};
    for (int i = 0; i < 110; ++i) {
      const std::string name = member;
      Json outer = {{"type", name == "items" ? "array" : "object"}};
      if (name == "properties") {
        outer[name]["a"] = std::move(schema);
      } else {
        outer[name] = std::move(schema);
      }
      schema = std::move(outer);
    }
    const auto result = read_schema(schema, NamedRules());
    REQUIRE(!result);
    CHECK(result.error().message.ends_with(": nested too deeply"));
  }
}

TEST_CASE("a schema with too many nodes is refused") {
  Json schema = {{"type", "object"}};
  for (int i = 0; i <= SchemaReader::kMaxNodes; ++i) {
    schema["properties"]["p" + std::to_string(i)] = {{"type", "string"}};
  }
  const auto result = read_schema(schema, NamedRules());
  REQUIRE(!result);
  CHECK(result.error().message.ends_with(": too large"));
}

TEST_CASE("a pattern that would need too much memory is refused") {
  const auto result = read(R"({"type":"string","pattern":"((a{1000}){1000}){1000}"})");
  REQUIRE(!result);
}

TEST_CASE("references that go round in a circle are refused") {
  class Circle final : public References {
   public:
    Target find(std::string_view, std::string_view) const override { return {&schema_, {}}; }

   private:
    Json schema_ = {{"$ref", "#/a"}, {"description", "x"}};
  };
  const Circle circle;
  const NamedRules rules;
  const auto result = SchemaReader(rules, circle).read({{"$ref", "#/a"}});
  REQUIRE(!result);
  CHECK(result.error().message.ends_with(": nested too deeply"));
}

TEST_CASE("a format that kube-apiserver does not check for the type says nothing") {
  CHECK((*read(R"({"type":"string","format":"date-time"})"))->format == "date-time");
  CHECK((*read(R"({"type":"string","format":"nosuch"})"))->format.empty());
  CHECK((*read(R"({"type":"integer","format":"date-time"})"))->format.empty());
  CHECK((*read(R"({"type":"integer","format":"int32"})"))->format == "int32");
  CHECK((*read(R"({"type":"boolean","format":"int32"})"))->format.empty());
}
