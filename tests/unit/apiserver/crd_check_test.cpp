// CustomResourceDefinitions that are refused.
#include <catch2/catch.hpp>

#include "apiserver/crd/definition_kind.h"
#include "apiserver/crd/format_warnings.h"
#include "apiserver/crd/schema_checks.h"
#include "tests/unit/apiserver/crd_fixture.h"

namespace cw::apiserver {
namespace {

std::string refusal(const Json& definition) {
  TestApi api;
  const TestAnswer answer = api.post(kDefinitionsPath, definition);
  CHECK(answer.status == 422);
  return answer.body.value("message", std::string());
}

std::string problems(const std::string& schema) {
  return kube::message(check_schema(Json::parse(schema), kube::FieldPath("s")));
}

std::string in_spec(const std::string& schema) {
  return problems(R"({"type":"object","properties":{"spec":)" + schema + "}}");
}

}  // namespace

TEST_CASE("names, group, scope and versions of a definition are checked", "[crd]") {
  Json wrong = widgets();
  wrong["metadata"]["name"] = "widgets";
  CHECK_THAT(refusal(wrong), Catch::Contains("must be spec.names.plural+\".\"+spec.group"));
  wrong = widgets();
  wrong["spec"]["group"] = "example";
  wrong["metadata"]["name"] = "widgets.example";
  CHECK_THAT(refusal(wrong), Catch::Contains("should be a domain with at least one dot"));
  wrong = widgets();
  wrong["spec"]["scope"] = "Everywhere";
  CHECK_THAT(refusal(wrong), Catch::Contains("spec.scope: Unsupported value: \"Everywhere\""));
  wrong = widgets();
  wrong["spec"]["versions"][0]["storage"] = false;
  CHECK_THAT(refusal(wrong), Catch::Contains("must have exactly one version marked as storage version"));
  // What all versions share stands at the spec, as the field tells it.
  CHECK_THAT(refusal(wrong),
             Catch::Contains(R"(spec.versions: Invalid value: [{"Name":"v1","Served":true,"Storage":false,)"
                             R"("Deprecated":false,"DeprecationWarning":null,"Schema":null,)"
                             R"("Subresources":null,"AdditionalPrinterColumns":null,)"
                             R"("SelectableFields":null}]: must have)"));
  wrong = widgets();
  wrong["spec"]["versions"].push_back(wrong["spec"]["versions"][0]);
  wrong["spec"]["versions"][1]["schema"]["openAPIV3Schema"] = {{"type", "object"}};
  CHECK_THAT(refusal(wrong), Catch::Contains(R"("Schema":{"OpenAPIV3Schema":{"ID":"","Schema":"","Ref":null,)"
                                             R"("Description":"","Type":"object","Nullable":false)"));
  wrong = widgets();
  wrong["spec"]["conversion"] = {{"strategy", "Webhook"}};
  CHECK_THAT(refusal(wrong), Catch::Contains("spec.conversion.webhookClientConfig: Required value"));
  wrong = widgets();
  wrong["spec"]["versions"][0].erase("schema");
  CHECK_THAT(refusal(wrong), Catch::Contains("spec.versions[0].schema.openAPIV3Schema: Required value"));
  wrong = widgets();
  wrong["spec"]["preserveUnknownFields"] = true;
  CHECK_THAT(refusal(wrong), Catch::Contains("spec.preserveUnknownFields"));
  wrong = widgets();
  wrong["spec"]["group"] = "x.k8s.io";
  wrong["metadata"]["name"] = "widgets.x.k8s.io";
  CHECK_THAT(refusal(wrong),
             Catch::Contains("metadata.annotations[api-approved.kubernetes.io]: Required value"));
}

TEST_CASE("columns, selectable fields and subresources of a version are checked", "[crd]") {
  Json wrong = widgets();
  Json& version = wrong["spec"]["versions"][0];
  version["additionalPrinterColumns"] = Json::parse(R"([{"name":"A","type":"text","jsonPath":"spec.mode"}])");
  version["selectableFields"] = Json::parse(R"([{"jsonPath":".spec"},{"jsonPath":".spec.none"}])");
  version["subresources"]["scale"] = {{"specReplicasPath", ".status.x"}, {"statusReplicasPath", ".status.x"}};
  const std::string message = refusal(wrong);
  CHECK_THAT(message,
             Catch::Contains("spec.additionalPrinterColumns[0].type: Invalid value: \"text\": must be one of "
                             "boolean,date,integer,number,string"));
  CHECK_THAT(message, Catch::Contains("must be a simple json path starting with ."));
  CHECK_THAT(message, Catch::Contains("must point to a field of type string, boolean or integer"));
  CHECK_THAT(message, Catch::Contains("is an invalid path: does not refer to a valid field"));
  CHECK_THAT(message,
             Catch::Contains("spec.subresources.scale.specReplicasPath: Invalid value: \".status.x\": "
                             "should be a json path under .spec"));
  wrong["spec"]["versions"].push_back(version_of("v2", {{"type", "text"}}, false));
  const std::string apart = refusal(wrong);
  CHECK_THAT(apart, Catch::Contains("spec.versions[0].selectableFields[0].jsonPath: Invalid value"));
  CHECK_THAT(apart, Catch::Contains("spec.versions[1].schema.openAPIV3Schema.properties[spec].type"));
}

TEST_CASE("a schema must be structural", "[crd]") {
  CHECK(in_spec(R"({"properties":{"a":{"type":"string"}}})") ==
        "s.properties[spec].type: Required value: must not be empty for specified object fields");
  CHECK(in_spec(R"({"type":"array"})") == "s.properties[spec].items: Required value: must be specified");
  CHECK(in_spec(R"({"type":"object","anyOf":[{"type":"string"}]})") ==
        "s.properties[spec].anyOf[0].type: Forbidden: must be empty to be structural");
  CHECK(problems(R"({"type":"object","properties":{"a":{"type":"string"}},"allOf":[{"required":["a"]},
                     {"properties":{"b":{"minLength":1}}}]})") ==
        "s.properties[b]: Required value: because it is defined in s.allOf[1].properties[b]");
  CHECK(in_spec(R"({"x-kubernetes-int-or-string":true,"anyOf":[{"type":"integer"},{"type":"string"}]})")
            .empty());
  CHECK(in_spec(R"({"type":"string","pattern":"("})") ==
        "s.properties[spec].pattern: Invalid value: \"(\": must be a valid regular expression, but isn't: "
        "error "
        "parsing regexp: missing closing ): `(`");
  CHECK(in_spec(R"({"type":"array","items":[{"type":"string"}]})") ==
        "s.properties[spec].items: Forbidden: items must be a schema object and not an array");
  CHECK(problems(R"({"type":"object","properties":{"metadata":{"type":"object","properties":{
                     "labels":{"type":"object"}}}}})")
            .find("must not specify anything other than name and generateName") != std::string::npos);
}

TEST_CASE("keywords, lists and defaults of a schema are checked", "[crd]") {
  CHECK(in_spec(R"({"type":"array","items":{"type":"string"},"uniqueItems":true})")
            .find("uniqueItems cannot be set to true") != std::string::npos);
  CHECK(in_spec(R"({"type":"object","properties":{"a":{"type":"string"}},
                    "additionalProperties":{"type":"string"}})")
            .find("additionalProperties and properties are mutual exclusive") != std::string::npos);
  CHECK(in_spec(R"({"type":"array","items":{"type":"object","properties":{"k":{"type":"string"}}},
                    "x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["k"]})") ==
        "s.properties[spec].items.properties[k].default: Required value: this property is in "
        "x-kubernetes-list-map-keys, so it must have a default or be a required property");
  CHECK(in_spec(R"({"type":"object","properties":{"a":{"type":"integer","default":"x"}}})")
            .find("s.properties[spec].properties[a].default") != std::string::npos);
  CHECK(in_spec(R"({"type":"object","default":{"b":1},"properties":{"a":{"type":"integer"}}})")
            .find("must not have unknown fields") != std::string::npos);
}

TEST_CASE("what is wrong in a default is named by its place in the default", "[crd]") {
  const auto wrong = [](const std::string& schema) {
    const std::string at = "s.properties[spec].default";
    const std::string found = in_spec(schema);
    CHECK(found.starts_with(at));
    return found.substr(std::min(at.size(), found.size()));
  };
  CHECK(wrong(R"({"type":"integer","default":"x"})") ==
        ": Invalid value: \"string\":  in body must be of type integer: \"string\"");
  CHECK(wrong(R"({"type":"string","pattern":"^a$","default":"x"})") ==
        ": Invalid value: \"x\":  in body should match '^a$'");
  CHECK(wrong(R"({"type":"string","maxLength":1,"default":"xx"})") ==
        ": Too long: may not be more than 1 byte");
  CHECK(wrong(R"({"type":"object","default":{"b":1},"properties":{"b":{"type":"string"}}})") ==
        ".b: Invalid value: \"integer\": b in body must be of type string: \"integer\"");
  CHECK(wrong(R"({"type":"object","default":{"b":1},"additionalProperties":{"type":"string"}})") ==
        ".b: Invalid value: \"integer\": .b in body must be of type string: \"integer\"");
  CHECK(wrong(R"({"type":"array","default":[1],"items":{"type":"string"}})") ==
        ".[0]: Invalid value: \"integer\": [0] in body must be of type string: \"integer\"");
}

TEST_CASE("formats that nothing checks are warned of when they are new", "[crd]") {
  const auto definition = [](const char* formats) { return widgets(formats); };
  const Json old = definition(R"({"type":"object","properties":{"a":{"type":"string","format":"old"}}})");
  const Json next = definition(R"({"type":"object","format":"int32","properties":{
      "a":{"type":"string","format":"old"},"b":{"type":"array","items":{"type":"string","format":"dateTime"}},
      "c":{"type":"object","additionalProperties":{"type":"integer","format":"date"}},
      "d":{"type":"string","format":"date-time"},"e":{"type":"integer","format":"int64"},
      "f":{"type":"number","format":"double"},"g":{"type":"string","anyOf":[{"format":"dateTime"}]},
      "h":{"type":"integer","format":"old"}}})");
  using Lines = std::vector<std::string>;
  CHECK(format_warnings(old, nullptr) == Lines{R"(unrecognized format "old")"});
  CHECK(format_warnings(old, &old).empty());
  CHECK(format_warnings(next, &old) ==
        Lines{R"(unrecognized format "date")", R"(unrecognized format "dateTime")",
              R"(unrecognized format "int32")", R"(unrecognized format "old")"});
}

TEST_CASE("a schema whose keywords have wrong types cannot be decoded", "[crd]") {
  TestApi api;
  const auto refused = [&api](const std::string& schema) {
    const TestAnswer answer = api.post(kDefinitionsPath, widgets(schema));
    CHECK(answer.status == 400);
    const std::string start =
        "CustomResourceDefinition in version \"v1\" cannot be handled as a CustomResourceDefinition: ";
    const std::string message = answer.body["message"];
    REQUIRE(message.starts_with(start));
    return message.substr(start.size());
  };
  const std::string field =
      "json: cannot unmarshal string into Go struct field "
      "JSONSchemaProps.spec.versions.schema.openAPIV3Schema.properties.";
  CHECK(refused(R"({"type":"integer","minimum":"x"})") == field + "minimum of type float64");
  CHECK(refused(R"({"type":"string","enum":"x"})") == field + "enum of type []v1.JSON");
  CHECK(refused(R"({"type":"object","additionalProperties":"x"})") == "boolean or JSON schema expected");
  // What is neither a schema nor a list of them is none.
  const TestAnswer none = api.post(kDefinitionsPath, widgets(R"({"type":"array","items":"x"})"));
  CHECK(none.body["details"]["causes"][0]["message"] == "Required value: must be specified");
  const Json unknown = widgets(R"({"type":"object","properties":{"a":{"type":"string","nope":1}}})");
  const TestAnswer strict = api.post(std::string(kDefinitionsPath) + "?fieldValidation=Strict", unknown);
  CHECK(std::string(strict.body["message"])
            .ends_with("unknown field "
                       "\"spec.versions[0].schema.openAPIV3Schema.properties.spec.properties.a.nope\""));
}

TEST_CASE("rules must compile, and oldSelf needs something to compare with", "[crd]") {
  const std::string bad = in_spec(R"({"type":"object","properties":{"a":{"type":"string"}},
      "x-kubernetes-validations":[{"rule":"self.b == 1"}]})");
  CHECK(bad.find("s.properties[spec].x-kubernetes-validations[0].rule: Invalid value") == 0);
  CHECK(bad.find("undefined field 'b'") != std::string::npos);
  CHECK(in_spec(R"({"type":"string","x-kubernetes-validations":[{"rule":"self"}]})")
            .find("cel expression must evaluate to a bool") != std::string::npos);
  CHECK(in_spec(R"({"type":"array","items":{"type":"string",
      "x-kubernetes-validations":[{"rule":"self == oldSelf"}]}})")
            .find("uncorrelatable portion of the schema within s.properties[spec]") != std::string::npos);
  CHECK(in_spec(R"({"type":"string","x-kubernetes-validations":[{"rule":" "}]})")
            .find("rule is not specified") != std::string::npos);
  CHECK(in_spec(R"({"type":"object","properties":{"a":{"type":"string"}},
      "x-kubernetes-validations":[{"rule":"true","fieldPath":".b"}]})")
            .find("must be a valid path") != std::string::npos);
}

TEST_CASE("what is too large is refused", "[crd]") {
  Json wrong = widgets();
  for (std::size_t i = 0; i <= kMaxVersions; ++i) {
    Json version = wrong["spec"]["versions"][0];
    version["name"] = "v" + std::to_string(i + 2);
    version["storage"] = false;
    wrong["spec"]["versions"].push_back(version);
  }
  CHECK_THAT(refusal(wrong), Catch::Contains("spec.versions: Too many: " + std::to_string(kMaxVersions + 2)));
  std::string deep = R"({"type":"string"})";
  for (int i = 0; i < 120; ++i) deep = R"({"type":"array","items":)" + deep + "}";
  TestApi api;
  CHECK(api.post(kDefinitionsPath, widgets(deep)).status >= 400);
}

TEST_CASE("kind, scope, group and plural stay as they were", "[crd]") {
  TestApi api;
  REQUIRE(api.post(kDefinitionsPath, widgets()).status == 201);
  const std::string path = std::string(kDefinitionsPath) + "/widgets.example.com";
  const TestAnswer scope = api.patch(path, {{"spec", {{"scope", "Cluster"}}}});
  CHECK(scope.status == 422);
  CHECK_THAT(scope.body["message"].get<std::string>(),
             Catch::Contains("spec.scope: Invalid value: \"Cluster\""));
  CHECK(api.patch(path, {{"spec", {{"names", {{"kind", "Other"}}}}}}).status == 422);
  CHECK(api.patch(path, {{"spec", {{"names", {{"shortNames", {"w"}}}}}}}).status == 200);
}

}  // namespace cw::apiserver
