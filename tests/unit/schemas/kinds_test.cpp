#include "schemas/kinds.h"

#include <functional>
#include <string>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace cw;  // NOLINT(google-build-using-namespace)
using kube::Json;

namespace {

// Calls back for each field of a described schema with its path.
void each_field(const Json& schema, const std::string& path,
                const std::function<void(const std::string&, const Json&)>& visit) {
  for (const char* name : {"items", "additionalProperties"}) {
    if (schema.contains(name) && schema[name].is_object()) each_field(schema[name], path + "[]", visit);
  }
  if (!schema.contains("properties")) return;
  for (const auto& [name, field] : schema["properties"].items()) {
    const std::string here = path.empty() ? name : path + "." + name;
    visit(here, field);
    each_field(field, here, visit);
  }
}

}  // namespace

TEST_CASE("seven kinds are built in, and found by API version and kind") {
  CHECK(schemas::kinds().size() == 7);
  for (const schemas::KindSchema& kind : schemas::kinds()) {
    CHECK(schemas::find_kind(kind.object.api_version, kind.object.kind) == &kind);
    CHECK(kind.has_status_subresource);
    CHECK(kind.list_kind == kind.object.kind + "List");
    CHECK(kind.columns.back().name == "Age");
  }
  CHECK(schemas::find_kind("cert-manager.io/v1alpha2", "Certificate") == nullptr);
  CHECK(schemas::find_kind("v1", "Secret") == nullptr);
}

TEST_CASE("only ClusterIssuers and policies are outside namespaces") {
  for (const schemas::KindSchema& kind : schemas::kinds()) {
    const bool of_cluster =
        kind.object.kind == "ClusterIssuer" || kind.object.kind == "CertificateRequestPolicy";
    INFO(kind.object.kind);
    CHECK(kind.resource.namespaced != of_cluster);
  }
}

TEST_CASE("Issuer and ClusterIssuer have one spec") {
  const auto* issuer = schemas::find_kind("cert-manager.io/v1", "Issuer");
  const auto* cluster_issuer = schemas::find_kind("cert-manager.io/v1", "ClusterIssuer");
  CHECK(issuer->object.schema->find_member("spec") == cluster_issuer->object.schema->find_member("spec"));
}

TEST_CASE("every field of every kind is described, in whole sentences") {
  for (const schemas::KindSchema& kind : schemas::kinds()) {
    each_field(schemas::describe(kind), {}, [&](const std::string& path, const Json& field) {
      if (path == "metadata") return;  // described by the API itself
      INFO(kind.object.kind << " " << path);
      REQUIRE(field.contains("description"));
      const std::string text = field["description"];
      CHECK(text.size() >= 20);
      CHECK(text.size() <= 320);
      CHECK(text.back() == '.');
    });
  }
}

TEST_CASE("a described schema has no references left") {
  for (const schemas::KindSchema& kind : schemas::kinds()) {
    CHECK(schemas::describe(kind).dump().find("$ref") == std::string::npos);
  }
}

TEST_CASE("selectable fields are fields of the schema") {
  for (const schemas::KindSchema& kind : schemas::kinds()) {
    const Json schema = schemas::describe(kind);
    for (const std::string& path : kind.selectable_fields) {
      bool found = false;
      each_field(schema, {}, [&](const std::string& field, const Json&) { found |= "." + field == path; });
      INFO(path);
      CHECK(found);
    }
  }
}
