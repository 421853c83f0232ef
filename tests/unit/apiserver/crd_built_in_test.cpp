// Our own kinds as CustomResourceDefinitions, in our words or in given ones, and what another start of the
// server finds.
#include <fstream>

#include <catch2/catch.hpp>

#include "apiserver/crd/built_in_definitions.h"
#include "apiserver/crd/definition_kind.h"
#include "tests/unit/apiserver/crd_fixture.h"
#include "tests/unit/apiserver/test_folder.h"

namespace cw::apiserver {
namespace {

constexpr const char* kIssuers = "issuers.cert-manager.io";

std::string path_of(const std::string& name) { return std::string(kDefinitionsPath) + "/" + name; }

// The server as it is started anew on the same store.
struct Restart {
  explicit Restart(TestApi& api, ServesKind serves = {},
                   const ApiDocumentation& documentation = no_documentation())
      : parts{api.parts().store,      table,
              api.parts().types,      api.parts().admission,
              api.parts().authorizer, api.parts().clock,
              api.parts().tokens,     nullptr,
              documentation},
        keeper(parts, table, gate, std::move(serves)) {}

  ResourceTable table;
  NamespaceGate gate;
  ApiParts parts;
  DefinitionKeeper keeper;
};

}  // namespace

TEST_CASE("our own kinds are definitions, served by their own rows", "[crd]") {
  TestApi api;
  REQUIRE(api.definitions().start());
  const TestAnswer issuers = api.get(path_of(kIssuers));
  REQUIRE(issuers.status == 200);
  CHECK(issuers.body["status"]["acceptedNames"] == issuers.body["spec"]["names"]);
  CHECK(issuers.body["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"].contains("spec"));
  const RowPtr row = api.parts().resources.find("cert-manager.io", "v1", "issuers");
  REQUIRE(row);
  CHECK(row->custom == schemas::find_kind("cert-manager.io/v1", "Issuer"));
  CHECK(api.post(kDefinitionsPath, issuers.body).status != 201);
}

TEST_CASE("every definition of our own is one that a user could have written", "[crd]") {
  BuiltInDefinitions built_ins(no_documentation());
  for (const schemas::KindSchema& kind : schemas::kinds()) {
    const Json definition = built_ins.make(kind, nullptr, TimePoint());
    INFO(definition["metadata"]["name"]);
    for (const kube::FieldError& error : check_definition_update(definition, definition))
      FAIL(kube::message(error));
    const Json version = definition["spec"]["versions"][0];
    for (const kube::FieldError& error : check_version(version, nullptr, kube::FieldPath("v"))) {
      FAIL_CHECK(kube::message(error));
    }
  }
}

TEST_CASE("who changes a definition of ours is served by what he wrote, also after a restart", "[crd]") {
  TestApi api;
  REQUIRE(api.definitions().start());
  Json definition = api.get(path_of(kIssuers)).body;
  definition["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["mine"] = {{"type", "string"}};
  REQUIRE(api.put(path_of(kIssuers), definition).status == 200);
  const RowPtr row = api.parts().resources.find("cert-manager.io", "v1", "issuers");
  CHECK(row->custom != schemas::find_kind("cert-manager.io/v1", "Issuer"));
  CHECK(row->admitted);
  Restart again(api);
  REQUIRE(again.keeper.start());
  const RowPtr later = again.table.find("cert-manager.io", "v1", "issuers");
  REQUIRE(later);
  CHECK(later->custom->object.schema->find_member("mine") != nullptr);
}

TEST_CASE("another version of the program replaces what nobody has changed", "[crd]") {
  TestApi api;
  REQUIRE(api.definitions().start());
  Json definition = api.get(path_of(kIssuers)).body;
  const StoreKey key{std::string(kDefinitions), {"", kIssuers}};
  definition["metadata"]["annotations"][kBuiltInAnnotation] = "0123/1";
  definition["spec"]["versions"][0]["additionalPrinterColumns"] = Json::array();
  REQUIRE(api.store().update(key, canonical_text(definition), (*api.store().get(key))->revision()));
  Restart again(api);
  REQUIRE(again.keeper.start());
  const Json now = api.get(path_of(kIssuers)).body;
  CHECK(now["metadata"]["uid"] == definition["metadata"]["uid"]);
  CHECK(now["metadata"]["generation"] == 2);
  CHECK_FALSE(now["spec"]["versions"][0]["additionalPrinterColumns"].empty());
}

TEST_CASE("definitions of our own are told in the words that were given, as long as they are given",
          "[crd]") {
  const TestFolder folder;
  const std::string file = folder.file("openapi.json");
  const auto documentation = [&](const std::string& text) {
    Json document{{"swagger", "2.0"}};
    Json& issuer = document["definitions"]["io.cert-manager.v1.Issuer"];
    issuer = {{"description", text}};
    for (const char* name : {"kind", "metadata", "spec"})
      issuer["properties"][name] = {{"description", text}};
    document["definitions"]["io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"]["properties"] = {
        {"creationTimestamp", {{"description", "when.\n\nMore."}}}};
    std::ofstream(file) << document.dump();
    return ApiDocumentation::open({file}).value();
  };
  TestApi api;
  const auto started_with = [&](const ApiDocumentation& words) {
    Restart again(api, {}, words);
    REQUIRE(again.keeper.start());
    return api.get(path_of(kIssuers)).body;
  };
  const Json ours = started_with(no_documentation());
  const Json first = started_with(documentation("first"));
  const Json& version = first["spec"]["versions"][0];
  const Json& schema = version["schema"]["openAPIV3Schema"];
  CHECK(schema["description"] == "first");
  CHECK(schema["properties"]["kind"]["description"] == "first");
  CHECK(schema["properties"]["spec"]["description"] == "first");
  CHECK(schema["properties"]["metadata"] == Json{{"type", "object"}});
  CHECK(version["additionalPrinterColumns"].back()["description"] == "when.");
  CHECK(first["metadata"]["generation"] == 2);
  CHECK(started_with(documentation("first")) == first);
  const Json second = started_with(documentation("second"));
  CHECK(second["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["description"] == "second");
  CHECK(second["metadata"]["uid"] == ours["metadata"]["uid"]);
  CHECK(started_with(no_documentation())["spec"] == ours["spec"]);
}

TEST_CASE("definitions of the field are applied over ours without a conflict", "[crd]") {
  TestApi api;
  REQUIRE(api.definitions().start());
  const Json mine = api.get(path_of(kIssuers)).body;
  Json changed{{"apiVersion", mine["apiVersion"]},
               {"kind", mine["kind"]},
               {"metadata", {{"name", kIssuers}, {"annotations", {{"example.com/of", "theirs"}}}}},
               {"spec", mine["spec"]}};
  changed["spec"]["names"]["shortNames"] = {"iss", "issues"};
  changed["spec"]["versions"][0]["additionalPrinterColumns"].erase(0);
  const std::string apply = path_of(kIssuers) + "?fieldManager=kubectl";
  const TestAnswer applied = api.send("PATCH", apply, changed.dump(), "application/apply-patch+yaml");
  REQUIRE(applied.status == 200);
  CHECK(applied.body["spec"] == changed["spec"]);
  CHECK(applied.body["metadata"]["annotations"].contains(kBuiltInAnnotation));
  CHECK(applied.body["metadata"]["managedFields"].size() == 2);
  CHECK(api.parts().resources.find("cert-manager.io", "v1", "issuers")->short_names ==
        std::vector<std::string>{"iss", "issues"});
}

TEST_CASE("a restart brings the rows of all definitions back; one that cannot be read stops nothing",
          "[crd]") {
  TestApi api;
  REQUIRE(api.post(kDefinitionsPath, widgets()).status == 201);
  Json broken = api.get(path_of("widgets.example.com")).body;
  broken["metadata"]["name"] = "gadgets.example.com";
  broken["spec"]["names"] = {
      {"plural", "gadgets"}, {"singular", "gadget"}, {"kind", "Gadget"}, {"listKind", "GadgetList"}};
  broken["status"]["acceptedNames"] = broken["spec"]["names"];
  broken["spec"]["versions"][0]["schema"]["openAPIV3Schema"] = {{"type", "object"}, {"properties", 7}};
  REQUIRE(
      api.store().create({std::string(kDefinitions), {"", "gadgets.example.com"}}, canonical_text(broken)));
  Restart again(api);
  REQUIRE(again.keeper.start());
  CHECK(again.table.find("example.com", "v1", "widgets"));
  CHECK_FALSE(again.table.find("example.com", "v1", "gadgets"));
}

TEST_CASE("a kind that is not served is no definition either; its objects wait", "[crd]") {
  TestApi api;
  const std::string name = "certificaterequestpolicies.policy.cert-manager.io";
  REQUIRE(api.definitions().start());
  REQUIRE(api.get(path_of(name)).status == 200);
  const auto serves = [](const schemas::KindSchema& kind) {
    return kind.resource.group != "policy.cert-manager.io";
  };
  Restart again(api, serves);
  REQUIRE(again.keeper.start());
  CHECK(api.get(path_of(name)).status == 404);
}

}  // namespace cw::apiserver
