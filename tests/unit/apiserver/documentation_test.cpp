// Descriptions that are given at run time.
#include <fstream>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "apiserver/documentation/api_documentation.h"
#include "apiserver/openapi.h"
#include "apiserver/table.h"
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

TEST_CASE("a file that cannot be used is named at the start") {
  const TestFolder folder;
  const std::string path = written(folder, "{}");
  CHECK(ApiDocumentation::open({path}).error().message.starts_with(path + " is no OpenAPI"));
  CHECK_FALSE(ApiDocumentation::open({folder.file("none")}).has_value());
}

}  // namespace cw::apiserver
