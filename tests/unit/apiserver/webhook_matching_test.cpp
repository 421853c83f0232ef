// Which webhooks are asked about a request: selectors, rules, conditions.
#include <catch2/catch.hpp>

#include "tests/unit/apiserver/crd_fixture.h"
#include "tests/unit/apiserver/scripted_hooks.h"

namespace cw::apiserver {
namespace {

Json condition(const char* expression) {
  return {{"matchConditions", {{{"name", "x"}, {"expression", expression}}}}};
}

}  // namespace

TEST_CASE("selectors look at labels of the namespace and of the new or old object", "[webhooks]") {
  HookWorld world;
  const Json labelled{{"matchLabels", {{"watch", "yes"}}}};
  install(world.api, kValidating, "c",
          {hook("by-namespace", {{"namespaceSelector", labelled}}),
           hook("by-object", {{"objectSelector", labelled}})});
  world.hooks.on("by-namespace", [](const Json&) { return allow(); });
  world.hooks.on("by-object", [](const Json&) { return allow(); });
  REQUIRE(world.make("x").status == 201);
  CHECK(world.hooks.asked.empty());
  REQUIRE(world.make("y", {{"labels", {{"watch", "yes"}}}}).status == 201);
  CHECK(world.hooks.count("by-object") == 1);
  REQUIRE(world.api.patch(config_map_path("y"), {{"metadata", {{"labels", {{"watch", nullptr}}}}}}).status ==
          200);
  CHECK(world.hooks.count("by-object") == 2);  // the old one had it
  REQUIRE(world.api.patch("/api/v1/namespaces/ns", {{"metadata", {{"labels", {{"watch", "yes"}}}}}}).status ==
          200);
  REQUIRE(world.make("z").status == 201);
  CHECK(world.hooks.count("by-namespace") == 1);
}

TEST_CASE("of a Namespace its own labels count", "[webhooks]") {
  HookWorld world;
  Json only = rule_for({{"resources", {"namespaces"}}});
  only["namespaceSelector"] = {{"matchLabels", {{"watch", "yes"}}}};
  install(world.api, kValidating, "c", {hook("a", only)});
  world.hooks.on("a", [](const Json& request) {
    CHECK(request["namespace"] == request["name"]);
    return allow();
  });
  REQUIRE(world.api.post("/api/v1/namespaces", {{"metadata", {{"name", "plain"}}}}).status == 201);
  CHECK(world.hooks.asked.empty());
  const Json watched{{"metadata", {{"name", "watched"}, {"labels", {{"watch", "yes"}}}}}};
  REQUIRE(world.api.post("/api/v1/namespaces", watched).status == 201);
  CHECK(world.hooks.asked.size() == 1);
}

TEST_CASE("rules tell subresources, operations and scopes apart", "[webhooks]") {
  HookWorld world;
  install(world.api, kValidating, "c",
          {hook("status", rule_for({{"resources", {"certificates/status"}}})),
           hook("update", rule_for({{"operations", {"UPDATE"}}})),
           hook("cluster", rule_for({{"scope", "Cluster"}}))});
  for (const char* name : {"status", "update", "cluster"}) {
    world.hooks.on(name, [](const Json&) { return allow(); });
  }
  REQUIRE(world.api.post(kCertificates, certificate("c")).status == 201);
  CHECK(world.hooks.asked.empty());
  const std::string path = std::string(kCertificates) + "/c";
  REQUIRE(world.api.patch(path + "/status", {{"status", {{"revision", 1}}}}).status == 200);
  CHECK(world.hooks.count("status") == 1);
  CHECK(world.hooks.asked[0].request["subResource"] == "status");
  CHECK(world.hooks.count("update") == 0);
  REQUIRE(world.api.patch(path, {{"spec", {{"secretName", "other"}}}}).status == 200);
  CHECK(world.hooks.count("update") == 1);
  CHECK(world.hooks.count("cluster") == 0);
  REQUIRE(world.api.post("/api/v1/namespaces", {{"metadata", {{"name", "more"}}}}).status == 201);
  CHECK(world.hooks.count("cluster") == 1);
}

TEST_CASE("who scales a custom resource has webhooks asked about a Scale, which they may change",
          "[webhooks]") {
  HookWorld world;
  Json definition = widgets();
  Json& version = definition["spec"]["versions"][0];
  version["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"]["replicas"] = {
      {"type", "integer"}};
  version["subresources"]["scale"] = {{"specReplicasPath", ".spec.replicas"},
                                      {"statusReplicasPath", ".status.replicas"}};
  REQUIRE(world.api.post(kDefinitionsPath, definition).status == 201);
  REQUIRE(world.api.post(kWidgets, widget("a", R"({"replicas": 2})")).status == 201);
  install(world.api, kMutating, "m", {hook("change", rule_for({{"resources", {"widgets/scale"}}}))});
  install(world.api, kValidating, "v", {hook("whole", rule_for({{"resources", {"widgets"}}}))});
  world.hooks.on("change", [](const Json& request) {
    CHECK(request["subResource"] == "scale");
    CHECK(request["kind"] == Json{{"group", "autoscaling"}, {"version", "v1"}, {"kind", "Scale"}});
    CHECK(request["resource"]["resource"] == "widgets");
    CHECK(request["oldObject"]["spec"]["replicas"] == 2);
    CHECK(request["object"]["spec"]["replicas"] == 5);
    return patch_of({{{"op", "replace"}, {"path", "/spec/replicas"}, {"value", 4}}});
  });
  const TestAnswer answer =
      world.api.patch(std::string(kWidgets) + "/a/scale", {{"spec", {{"replicas", 5}}}});
  REQUIRE(answer.status == 200);
  CHECK(answer.body["spec"]["replicas"] == 4);
  CHECK(world.hooks.count("whole") == 0);
}

TEST_CASE("an event is the same under both of its groups, unless the match is exact", "[webhooks]") {
  HookWorld world;
  Json newer = rule_for({{"apiGroups", {"events.k8s.io"}}, {"resources", {"events"}}});
  install(world.api, kValidating, "c", {hook("equivalent", newer)});
  newer["matchPolicy"] = "Exact";
  install(world.api, kValidating, "d", {hook("exact", newer)});
  world.hooks.on("equivalent", [](const Json& request) {
    CHECK(request["kind"]["group"] == "events.k8s.io");
    CHECK(request["requestKind"]["group"] == "");
    CHECK(request["object"]["apiVersion"] == "events.k8s.io/v1");
    CHECK(request["object"]["note"] == "hello");
    return allow();
  });
  const Json event{{"metadata", {{"name", "e"}}},
                   {"involvedObject", {{"kind", "Pod"}, {"namespace", "ns"}, {"name", "p"}}},
                   {"message", "hello"},
                   {"type", "Normal"}};
  REQUIRE(world.api.post("/api/v1/namespaces/ns/events", event).status == 201);
  CHECK(world.hooks.count("equivalent") == 1);
  CHECK(world.hooks.count("exact") == 0);
}

TEST_CASE("conditions say whether a webhook is asked", "[webhooks]") {
  HookWorld world;
  install(world.api, kValidating, "c",
          {hook("named", condition("object.metadata.name == 'x' && request.operation == 'CREATE'")),
           hook("old", condition("oldObject == null")),
           hook("rights", condition("authorizer.group('').resource('pods').check('list').allowed()"))});
  for (const char* name : {"named", "old", "rights"}) {
    world.hooks.on(name, [](const Json&) { return allow(); });
  }
  REQUIRE(world.make("x").status == 201);
  CHECK(world.hooks.count("named") == 1);
  CHECK(world.hooks.count("old") == 1);
  CHECK(world.hooks.count("rights") == 1);  // the server may do all
  REQUIRE(world.make("y").status == 201);
  CHECK(world.hooks.count("named") == 1);
}

TEST_CASE("a condition that fails follows the failurePolicy", "[webhooks]") {
  HookWorld world;
  Json lenient = condition("object.data.nothing == ''");
  lenient["failurePolicy"] = "Ignore";
  install(world.api, kValidating, "c", {hook("lenient", lenient)});
  CHECK(world.make("x").status == 201);
  CHECK(world.hooks.asked.empty());
  install(world.api, kValidating, "d", {hook("strict", condition("object.data.nothing == ''"))});
  const TestAnswer answer = world.make("y");
  CHECK(answer.status == 403);
  CHECK(
      answer.body["message"] ==
      "configmaps \"y\" is forbidden: expression 'object.data.nothing == ''' resulted in error: no such key: "
      "nothing");
}

}  // namespace cw::apiserver
