// Descriptions that are given at run time.
#include <fstream>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "apiserver/documentation/api_documentation.h"
#include "apiserver/openapi.h"
#include "apiserver/table.h"
#include "tests/unit/apiserver/crd_fixture.h"
#include "tests/unit/apiserver/test_folder.h"

namespace cw::apiserver {
namespace {

bool all(std::string_view) { return true; }

constexpr const char* kDocument = R"({
  "swagger": "2.0", "paths": {"/x": {"description": "no"}},
  "definitions": {
    "io.k8s.api.core.v1.Secret": {
      "description": "theirs", "required": ["description"],
      "properties": {"data": {"description": "of data", "additionalProperties": {"description": "of one"}},
                     "description": {"type": "string"}}},
    "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta": {
      "properties": {"name": {"description": "a name"},
                     "creationTimestamp": {"description": "when.\n\nMore."}}}
  }})";

std::string written(const TestFolder& folder, const std::string& text) {
  const std::string path = folder.file("openapi.json");
  std::ofstream(path) << text;
  return path;
}

}  // namespace

TEST_CASE("descriptions are read by definition and place") {
  const auto read = read_descriptions(kDocument, all);
  REQUIRE(read.has_value());
  const Descriptions& secret = read->at("io.k8s.api.core.v1.Secret");
  CHECK(secret == Descriptions{{"", "theirs"},
                               {"/properties/data", "of data"},
                               {"/properties/data/additionalProperties", "of one"}});
  CHECK(read_descriptions(kDocument, [](std::string_view) { return false; })->empty());
}

TEST_CASE("what is no OpenAPI v2 document is refused") {
  for (const char* text : {"", "[]", "{}", R"({"openapi":"3.0.0"})", R"({"swagger":"2.0")"}) {
    INFO(text);
    CHECK_FALSE(read_descriptions(text, all).has_value());
  }
  const std::string deep = R"({"swagger":"2.0","x":)" + std::string(100'000, '[');
  CHECK(read_descriptions(deep, all).error().message == "is nested too deeply");
}

TEST_CASE("descriptions that are given go before ours") {
  const TestFolder folder;
  const auto documentation = ApiDocumentation::open({written(folder, kDocument)});
  REQUIRE(documentation.has_value());
  const ResourceTable resources;
  const TypeCatalog types;
  const OpenApi openapi(resources, types, *documentation);
  const Json v2 = Json::parse(*openapi.document_v2());
  const Json& secret = v2["definitions"]["io.k8s.api.core.v1.Secret"];
  CHECK(secret["description"] == "theirs");
  CHECK(secret["properties"]["data"]["description"] == "of data");
  const Json v3 = Json::parse(openapi.document_v3("api/v1").value());
  CHECK(v3["components"]["schemas"]["io.k8s.api.core.v1.Secret"]["description"] == "theirs");
  const RowPtr certificates = resources.find("cert-manager.io", "v1", "certificates");
  CHECK(table_columns(*certificates, *documentation)[0]["description"] == "a name");
  CHECK(table_columns(*certificates, *documentation).back()["description"] == "when.");
  CHECK(table_columns(*certificates, no_documentation())[0]["description"] != "a name");
}

TEST_CASE("a definition that somebody applied keeps its own texts; what is Kubernetes' own is described") {
  const TestFolder folder;
  Json document = Json::parse(kDocument);
  document["definitions"]["com.example.v1.Widget"] = {{"description", "not its own"}};
  for (const char* name : {"ConfigMap", "ConfigMapList"}) {
    Json& properties = document["definitions"]["io.k8s.api.core.v1." + std::string(name)]["properties"];
    properties = {{"kind", {{"description", std::string("of any ") + name}}}};
  }
  const auto documentation = ApiDocumentation::open({written(folder, document.dump())});
  REQUIRE(documentation.has_value());
  TestApi api;
  Json definition = widgets();
  Json& version = definition["spec"]["versions"][0];
  version["schema"]["openAPIV3Schema"]["description"] = "its own";
  version["additionalPrinterColumns"] = {
      {{"name", "Ends"}, {"type", "date"}, {"jsonPath", ".spec.ends"}, {"description", "when it ends"}}};
  definition["spec"]["versions"].push_back(version_of("v2", {{"type", "object"}}, false));
  REQUIRE(api.post(kDefinitionsPath, definition).status == 201);
  const ResourceTable& resources = api.parts().resources;
  const OpenApi openapi(resources, api.parts().types, *documentation);
  const Json schemas =
      Json::parse(openapi.document_v3("apis/example.com/v1").value())["components"]["schemas"];
  CHECK(schemas["com.example.v1.Widget"]["description"] == "its own");
  CHECK(schemas["com.example.v1.Widget"]["properties"]["kind"]["description"] == "of any ConfigMap");
  CHECK(schemas["com.example.v1.WidgetList"]["properties"]["kind"]["description"] == "of any ConfigMapList");
  const auto last_column = [&](const char* version_name) {
    return table_columns(*resources.find("example.com", version_name, "widgets"), *documentation).back();
  };
  CHECK(last_column("v1")["description"] == "when it ends");
  CHECK(last_column("v2")["description"] == "when.\n\nMore.");
}

TEST_CASE("a file that cannot be used is named at the start") {
  const TestFolder folder;
  const std::string path = written(folder, "{}");
  CHECK(ApiDocumentation::open({path}).error().message.starts_with(path + " is no OpenAPI"));
  CHECK_FALSE(ApiDocumentation::open({folder.file("none")}).has_value());
}

}  // namespace cw::apiserver
