// CustomResourceDefinitions: what is served while they are there.
#include <catch2/catch.hpp>

#include "lib/http/header_lookup.h"
#include "tests/unit/apiserver/crd_fixture.h"

namespace cw::apiserver {
namespace {

std::string condition(const Json& definition, const std::string& type, const char* member) {
  for (const Json& one : definition["status"]["conditions"]) {
    if (one["type"] == type) return one[member];
  }
  return "none";
}

Json stored_definition(TestApi& api, const std::string& name) {
  return api.get(std::string(kDefinitionsPath) + "/" + name).body;
}

// Wants the kind of the widgets, and comes before them in a list.
void define_rival(TestApi& api) {
  const Json version = version_of("v1", Json::parse(R"({"type":"object"})"));
  const Json rival = definition_of("gadgets", "Widget", Json::array({version}));
  REQUIRE(api.post(kDefinitionsPath, rival).status == 201);
}

}  // namespace

TEST_CASE("a definition is served when its writer has the answer", "[crd]") {
  TestApi api;
  CHECK(api.get(kWidgets).status == 404);
  const TestAnswer made = api.post(kDefinitionsPath, widgets());
  REQUIRE(made.status == 201);
  CHECK(made.body["spec"]["names"]["singular"] == "widget");
  CHECK(made.body["spec"]["names"]["listKind"] == "WidgetList");
  CHECK(made.body["spec"]["conversion"]["strategy"] == "None");
  CHECK(made.body["metadata"]["generation"] == 1);
  const Json definition = stored_definition(api, "widgets.example.com");
  CHECK(condition(definition, "Established", "status") == "True");
  CHECK(condition(definition, "Established", "reason") == "InitialNamesAccepted");
  CHECK(condition(definition, "NamesAccepted", "message") == "no conflicts found");
  CHECK(definition["status"]["acceptedNames"] == definition["spec"]["names"]);
  CHECK(definition["status"]["storedVersions"] == Json::parse(R"(["v1"])"));

  const TestAnswer object = api.post(kWidgets, widget("a", R"({"mode":"x","foo":1})"));
  REQUIRE(object.status == 201);
  CHECK(object.body["spec"] == Json::parse(R"({"mode":"x","size":3})"));
  CHECK(object.body["metadata"]["generation"] == 1);
  CHECK(api.patch(std::string(kWidgets) + "/a", {{"spec", {{"size", 4}}}}).body["metadata"]["generation"] ==
        2);
  const TestAnswer status =
      api.patch(std::string(kWidgets) + "/a/status", {{"status", {{"x", 1}}}, {"spec", {{"size", 9}}}});
  CHECK(status.body["status"]["x"] == 1);
  CHECK(status.body["spec"]["size"] == 4);
  const TestAnswer wrong = api.post(kWidgets, widget("b", R"({"size":0})"));
  CHECK(wrong.status == 422);
  CHECK(wrong.body["details"]["causes"][0]["field"] == "spec.size");
  CHECK(api.get(std::string(kWidgets) + "?fieldSelector=spec.mode%3Dx").status == 400);
}

TEST_CASE("a definition that goes takes its objects with it", "[crd]") {
  TestApi api;
  REQUIRE(api.post(kDefinitionsPath, widgets()).status == 201);
  Json held = widget("held");
  held["metadata"]["finalizers"] = {"example.com/hold"};
  REQUIRE(api.post(kWidgets, held).status == 201);
  REQUIRE(api.post(kWidgets, widget("free")).status == 201);
  const std::string path = std::string(kDefinitionsPath) + "/widgets.example.com";
  CHECK(api.remove(path).status == 200);
  CHECK(condition(stored_definition(api, "widgets.example.com"), "Terminating", "reason") ==
        "InstanceDeletionPending");
  const TestAnswer refused = api.post(kWidgets, widget("late"));
  CHECK(refused.status == 403);
  CHECK(refused.body["message"] ==
        "widgets.example.com \"late\" is forbidden: create not allowed while custom resource definition is "
        "terminating");
  const Json going = stored_definition(api, "widgets.example.com")["metadata"];
  CHECK(going["generation"] == 1);  // only the objects of other kinds count their deletion
  CHECK_FALSE(going.contains("deletionGracePeriodSeconds"));
  api.keep_house();
  CHECK(api.get(std::string(kWidgets) + "/free").status == 404);
  CHECK(api.get(std::string(kWidgets) + "/held").status == 200);
  CHECK(api.get(path).status == 200);
  REQUIRE(api.patch(std::string(kWidgets) + "/held", {{"metadata", {{"finalizers", nullptr}}}}).status ==
          200);
  api.keep_house();
  CHECK(api.get(path).status == 404);
  CHECK(api.get(kWidgets).status == 404);
}

TEST_CASE("a watch ends when its kind is gone, and tells of the last object before", "[crd]") {
  TestApi api;
  REQUIRE(api.post(kDefinitionsPath, widgets()).status == 201);
  REQUIRE(api.post(kWidgets, widget("a")).status == 201);
  const TestAnswer watch = api.get(std::string(kWidgets) + "?watch=true&timeoutSeconds=600");
  REQUIRE(watch.response.stream);
  REQUIRE(api.remove(std::string(kDefinitionsPath) + "/widgets.example.com").status == 200);
  api.keep_house();
  std::string told;
  watch.response.stream([&](std::string_view text) {
    told += text;
    return true;
  });
  CHECK(told.find(R"("type":"DELETED")") != std::string::npos);
}

TEST_CASE("names are for the first who wants them, and free when it goes", "[crd]") {
  TestApi api;
  REQUIRE(api.post(kDefinitionsPath, widgets()).status == 201);
  define_rival(api);
  const Json refused = stored_definition(api, "gadgets.example.com");
  CHECK(condition(refused, "NamesAccepted", "reason") == "ListKindConflict");
  CHECK(condition(refused, "NamesAccepted", "message") == "\"WidgetList\" is already in use");
  CHECK(condition(refused, "Established", "reason") == "NotAccepted");
  CHECK(refused["status"]["acceptedNames"]["plural"] == "gadgets");
  CHECK(api.get("/apis/example.com/v1/gadgets").status == 404);
  REQUIRE(api.remove(std::string(kDefinitionsPath) + "/widgets.example.com").status == 200);
  api.keep_house();
  CHECK(condition(stored_definition(api, "gadgets.example.com"), "Established", "status") == "True");
  CHECK(api.get("/apis/example.com/v1/gadgets").status == 200);
}

TEST_CASE("a server that begins anew leaves names to who has them", "[crd]") {
  TestApi api;
  REQUIRE(api.post(kDefinitionsPath, widgets()).status == 201);
  define_rival(api);
  const Json before = stored_definition(api, "gadgets.example.com")["status"];
  ResourceTable table;
  NamespaceGate gate;
  DefinitionKeeper later(api.parts(), table, gate);
  later.settle();
  CHECK(stored_definition(api, "gadgets.example.com")["status"] == before);
  CHECK(table.find("example.com", "v1", "widgets") != nullptr);
  CHECK(table.find("example.com", "v1", "gadgets") == nullptr);
}

TEST_CASE("every served version answers the same objects", "[crd]") {
  TestApi api;
  const Json spec = Json::parse(R"({"type":"object","properties":{"size":{"type":"integer"}}})");
  const Json old_spec =
      Json::parse(R"({"type":"object","properties":{"mode":{"type":"string","default":"m"}}})");
  Json old_version = version_of("v1beta1", old_spec, false);
  old_version["deprecated"] = true;
  REQUIRE(api.post(kDefinitionsPath,
                   definition_of("widgets", "Widget", Json::array({old_version, version_of("v1", spec)})))
              .status == 201);
  REQUIRE(api.post(kWidgets, widget("a", R"({"size":2})")).status == 201);
  const TestAnswer old = api.get("/apis/example.com/v1beta1/namespaces/ns/widgets/a");
  CHECK(old.body["apiVersion"] == "example.com/v1beta1");
  CHECK(http::find_header(old.response.headers, "Warning") ==
        "299 - \"example.com/v1beta1 Widget is deprecated; use example.com/v1 Widget\"");
  CHECK(old.body["spec"] == Json::parse(R"({"mode":"m"})"));
  const TestAnswer made =
      api.post("/apis/example.com/v1beta1/namespaces/ns/widgets", widget("b", "{}", "v1beta1"));
  REQUIRE(made.status == 201);
  CHECK(api.get(std::string(kWidgets) + "/b").body["apiVersion"] == "example.com/v1");
  CHECK(api.get(kWidgets).body["items"].size() == 2);
}

TEST_CASE("another schema is used from its first answer on, also for objects from before", "[crd]") {
  TestApi api;
  REQUIRE(api.post(kDefinitionsPath, widgets()).status == 201);
  REQUIRE(api.post(kWidgets, widget("a", R"({"mode":"x"})")).status == 201);
  const std::string path = std::string(kDefinitionsPath) + "/widgets.example.com";
  Json definition = api.get(path).body;
  definition["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"] =
      Json::parse(R"({"type":"object","properties":{"size":{"type":"integer","minimum":5},
                      "color":{"type":"string","default":"red"}}})");
  REQUIRE(api.put(path, definition).status == 200);
  CHECK(api.get(std::string(kWidgets) + "/a").body["spec"] == Json::parse(R"({"color":"red","size":3})"));
  // What was allowed once may stay as it is.
  CHECK(api.patch(std::string(kWidgets) + "/a", {{"metadata", {{"labels", {{"l", "1"}}}}}}).status == 200);
  CHECK(api.patch(std::string(kWidgets) + "/a", {{"spec", {{"size", 4}}}}).status == 422);
}

TEST_CASE("columns, selectable fields and the scale subresource come from the definition", "[crd]") {
  TestApi api;
  Json definition =
      widgets(R"({"type":"object","properties":{"replicas":{"type":"integer"},"mode":{"type":"string"},
      "half":{"type":"number"},"list":{"type":"array","items":{"type":"string"}}}})");
  Json& version = definition["spec"]["versions"][0];
  version["additionalPrinterColumns"] =
      Json::parse(R"([{"name":"Mode","type":"string","jsonPath":".spec.mode"},
                      {"name":"Odd","type":"string","jsonPath":".spec["},
                      {"name":"First","type":"string","jsonPath":".spec.list[*]"},
                      {"name":"Whole","type":"integer","jsonPath":".spec.half"},
                      {"name":"When","type":"date","jsonPath":".spec.mode"}])");
  version["selectableFields"] = Json::parse(R"([{"jsonPath":".spec.mode"}])");
  version["subresources"]["scale"] = {{"specReplicasPath", ".spec.replicas"},
                                      {"statusReplicasPath", ".status.replicas"}};
  REQUIRE(api.post(kDefinitionsPath, definition).status == 201);
  REQUIRE(
      api.post(kWidgets, widget("a", R"({"mode":"x","replicas":2,"half":2.5,"list":["l","m"]})")).status ==
      201);
  REQUIRE(api.post(kWidgets, widget("b", R"({"mode":"y"})")).status == 201);
  const TestAnswer chosen = api.get(std::string(kWidgets) + "?fieldSelector=spec.mode%3Dx");
  CHECK(chosen.body["items"].size() == 1);
  http::Request request;
  request.method = "GET";
  request.target = std::string(kWidgets) + "/a";
  request.headers.emplace_back("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io");
  CHECK(api.send_request(request).body["rows"][0]["cells"] ==
        Json::parse(R"(["a","x",null,"l",2,"<invalid>"])"));
  const std::string scale = std::string(kWidgets) + "/a/scale";
  CHECK(api.get(scale).body["spec"]["replicas"] == 2);
  CHECK(api.patch(scale, {{"spec", {{"replicas", 5}}}}).status == 200);
  CHECK(api.get(std::string(kWidgets) + "/a").body["spec"]["replicas"] == 5);
  CHECK(api.patch(scale, {{"spec", {{"replicas", -1}}}}).status == 422);
  // "b" does not say how many; as kube-apiserver 1.36.3.
  const std::string unset = std::string(kWidgets) + "/b/scale";
  const TestAnswer none = api.get(unset);
  CHECK(none.status == 500);
  CHECK(none.body["message"] ==
        R"(Internal error occurred: the spec replicas field ".spec.replicas" does not exist)");
  const TestAnswer still_none = api.patch(unset, {{"metadata", {{"labels", {{"a", "b"}}}}}});
  CHECK(still_none.status == 400);
  CHECK(still_none.body["message"] == R"(the spec replicas field ".spec.replicas" cannot be empty)");
  CHECK(api.patch(unset, {{"spec", {{"replicas", 0}}}}).status == 200);
  CHECK(api.get(unset).status == 200);
}

}  // namespace cw::apiserver
