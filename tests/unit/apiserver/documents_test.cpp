// Discovery and OpenAPI.

#include <catch2/catch.hpp>

#include "apiserver/discovery.h"
#include "apiserver/openapi.h"
#include "apiserver/openapi_custom.h"
#include "apiserver/request_info.h"
#include "apiserver/resource_table.h"
#include "lib/http/url.h"

namespace cw::apiserver {
namespace {

RequestInfo read(const std::string& method, const std::string& path) {
  http::Request request;
  request.method = method;
  request.path = path.substr(0, path.find('?'));
  request.query = http::query_of(path);
  return read_request(request);
}

// Every "$ref" in the document.
void collect_references(const Json& value, std::vector<std::string>& found) {
  if (value.is_object() && value.contains("$ref") && value["$ref"].is_string())
    found.push_back(value["$ref"]);
  if (!value.is_structured()) return;
  for (const Json& child : value) collect_references(child, found);
}

void check_references(const Json& document, const std::string& prefix) {
  std::vector<std::string> references;
  collect_references(document, references);
  CHECK_FALSE(references.empty());
  for (const std::string& reference : references) {
    INFO(reference);
    REQUIRE(reference.starts_with(prefix));
    CHECK(document[Json::json_pointer(prefix.substr(1, prefix.size() - 2))].contains(
        reference.substr(prefix.size())));
  }
}

}  // namespace

TEST_CASE("request lines are read as kube-apiserver reads them") {
  const RequestInfo one = read("GET", "/apis/cert-manager.io/v1/namespaces/ns/certificates/web/status");
  CHECK(one.is_resource);
  CHECK(one.verb == "get");
  CHECK(one.group == "cert-manager.io");
  CHECK(one.name_space == "ns");
  CHECK(one.resource == "certificates");
  CHECK(one.name == "web");
  CHECK(one.sub_resource == "status");
  CHECK(read("DELETE", "/api/v1/namespaces/ns/secrets").verb == "deletecollection");
  const RequestInfo name_space = read("PUT", "/api/v1/namespaces/ns/finalize");
  CHECK(name_space.resource == "namespaces");
  CHECK(name_space.name == "ns");
  CHECK(name_space.sub_resource == "finalize");
  const RequestInfo old_watch = read("GET", "/api/v1/watch/namespaces/ns/secrets/a");
  CHECK(old_watch.verb == "watch");
  CHECK(old_watch.name == "a");
  CHECK(read("GET", "/api/v1/namespaces//secrets/").resource == "secrets");
  CHECK(read("GET", "/api/v1/namespaces/ns//secrets").resource.empty());
  for (const char* query : {"watch=1", "watch", "watch=TRUE", "watch=x"}) {
    INFO(query);
    CHECK(read("GET", std::string("/api/v1/secrets?") + query).verb == "watch");
  }
  CHECK(read("GET", "/api/v1/secrets?watch=False").verb == "list");
  for (const char* path : {"/", "/api", "/api/v1", "/apis", "/apis/g", "/apis/g/v1", "/healthz", "//",
                           "//api/v1/secrets", "/openapi/v2"}) {
    CHECK_FALSE(read("GET", path).is_resource);
  }
}

TEST_CASE("discovery names every resource in both forms") {
  const ResourceTable resources;
  const auto list = discovery_document(resources, "/apis/cert-manager.io/v1");
  REQUIRE(list);
  std::vector<std::string> names;
  for (const Json& resource : (*list)["resources"]) names.push_back(resource["name"]);
  CHECK(names == std::vector<std::string>{"certificaterequests", "certificaterequests/status", "certificates",
                                          "certificates/status", "clusterissuers", "clusterissuers/status",
                                          "issuers", "issuers/status"});
  CHECK((*list)["resources"][2]["shortNames"] == Json::parse(R"(["cert","certs"])"));
  CHECK((*discovery_document(resources, "/api"))["versions"] == Json::parse(R"(["v1"])"));
  CHECK_FALSE(discovery_document(resources, "/apis/nothing.example.com"));
  const Json aggregated = aggregated_discovery(resources, "/apis");
  CHECK(aggregated["kind"] == "APIGroupDiscoveryList");
  CHECK(wants_aggregated(
      "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json"));
  CHECK_FALSE(wants_aggregated(
      "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json"));
}

TEST_CASE("OpenAPI documents refer to nothing that they do not have") {
  const ResourceTable resources;
  const TypeCatalog types;
  const OpenApi openapi(resources, types);
  check_references(Json::parse(*openapi.document_v2()), "#/definitions/");
  const Json index = Json::parse(openapi.index_v3());
  for (const auto& [path, entry] : index["paths"].items()) {
    INFO(path);
    const auto document = openapi.document_v3(path);
    REQUIRE(document);
    check_references(Json::parse(*document), "#/components/schemas/");
    CHECK(document->find("x-cw-") == std::string::npos);
  }
  CHECK_FALSE(openapi.document_v3("apis/nothing/v1"));
  const Json core = Json::parse(*openapi.document_v3("api/v1"));
  const Json& token = core["paths"]["/api/v1/namespaces/{namespace}/serviceaccounts/{name}/token"]["post"];
  CHECK(token["x-kubernetes-group-version-kind"]["kind"] == "TokenRequest");
}

TEST_CASE("the schema of a custom kind is published as kube-apiserver does it") {
  schemas::KindSchema kind;
  kind.resource = {"example.com", "v1", "widgets", "Widget", true};
  kind.selectable_fields = {".spec.mode"};
  ResourceRow row = custom_row(kind);
  const auto published = [&](const char* of_spec, OpenApiVersion version) {
    row.openapi_schema = [of_spec] {
      return Json{{"type", "object"}, {"properties", {{"spec", Json::parse(of_spec)}}}};
    };
    return custom_schema(row, version)["properties"]["spec"];
  };
  struct Case {
    const char* given;
    const char* v2;
    const char* v3;  // nullptr: as given
  };
  for (
      const Case& one : std::initializer_list<Case>{
          {R"({"type":"string","default":"a","enum":["a"]})", R"({"type":"string","enum":["a"]})", nullptr},
          {R"({"type":"object","nullable":true,"properties":{"a":{"type":"string"}}})", "{}", nullptr},
          {R"({"type":"array","nullable":true,"items":{"type":"string"}})", "{}", nullptr},
          {R"({"type":"object","x-kubernetes-preserve-unknown-fields":true,"properties":{"a":{}}})",
           R"({"x-kubernetes-preserve-unknown-fields":true})", nullptr},
          {R"({"type":"object","oneOf":[{"required":["not"]}],"properties":{"not":{"type":"string"}}})",
           R"({"type":"object","properties":{"not":{"type":"string"}}})", nullptr},
          {R"({"type":"object","required":["a","b"],"properties":{"a":{"type":"string","nullable":true},"b":{}}})",
           R"({"type":"object","required":["b"],"properties":{"a":{},"b":{}}})", nullptr},
          {R"({"type":"integer","x-kubernetes-validations":[{"rule":"self > 0"}]})",
           R"({"type":"integer","x-kubernetes-validations":[{"rule":"self > 0"}]})", nullptr},
          {R"({"x-kubernetes-int-or-string":true})", R"({"x-kubernetes-int-or-string":true})",
           R"({"x-kubernetes-int-or-string":true,"anyOf":[{"type":"integer"},{"type":"string"}]})"},
          {R"({"x-kubernetes-int-or-string":true,"anyOf":[{"pattern":"a"}]})",
           R"({"x-kubernetes-int-or-string":true})",
           R"({"x-kubernetes-int-or-string":true,"anyOf":[{"pattern":"a"}],
                "allOf":[{"anyOf":[{"type":"integer"},{"type":"string"}]}]})"}}) {
    INFO(one.given);
    CHECK(published(one.given, OpenApiVersion::V2) == Json::parse(one.v2));
    CHECK(published(one.given, OpenApiVersion::V3) == Json::parse(one.v3 != nullptr ? one.v3 : one.given));
  }
  const Json whole =
      published(R"({"type":"object","x-kubernetes-embedded-resource":true})", OpenApiVersion::V2);
  CHECK(whole["required"] == Json::parse(R"(["kind","apiVersion"])"));
  CHECK(whole["properties"].contains("metadata"));
  row.openapi_schema = [] {
    return Json{{"type", "object"}, {"x-kubernetes-preserve-unknown-fields", true}};
  };
  CHECK(custom_schema(row, OpenApiVersion::V2) == Json{{"type", "object"}});
  CHECK(selectable_fields(row) == Json::parse(R"([{"fieldPath":"spec.mode"}])"));
}

TEST_CASE("every patch operation tells that it takes fieldValidation, for kubectl to rely on") {
  const ResourceTable resources;
  const TypeCatalog types;
  const Json document = Json::parse(*OpenApi(resources, types).document_v3("apis/cert-manager.io/v1"));
  const Json& patch =
      document["paths"]["/apis/cert-manager.io/v1/namespaces/{namespace}/certificates/{name}"]["patch"];
  CHECK(patch["x-kubernetes-group-version-kind"]["kind"] == "Certificate");
  std::vector<std::string> names;
  for (const Json& parameter : patch["parameters"]) names.push_back(parameter["name"]);
  CHECK(std::count(names.begin(), names.end(), "fieldValidation") == 1);
}

TEST_CASE("the protobuf form of OpenAPI v2 begins as gnostic's does") {
  const ResourceTable resources;
  const TypeCatalog types;
  const auto bytes = OpenApi(resources, types).document_v2_protobuf();
  CHECK(bytes->starts_with(std::string("\x0a\x03") + "2.0"));
  CHECK(bytes->find("io.cert-manager.v1.Certificate") != std::string::npos);
}

}  // namespace cw::apiserver
