// Who is asked about a write, what they are told, and what their answers mean.
#include <catch2/catch.hpp>

#include "tests/unit/apiserver/scripted_hooks.h"

namespace cw::apiserver {
namespace {

Json add(const std::string& path, const Json& value) {
  return patch_of({{{"op", "add"}, {"path", path}, {"value", value}}});
}

std::vector<std::string> warnings(const TestAnswer& answer) {
  std::vector<std::string> found;
  for (const auto& [name, value] : answer.response.headers) {
    if (name == "Warning") found.push_back(value);
  }
  return found;
}

}  // namespace

TEST_CASE("a validating webhook's refusal is told as it says it", "[webhooks]") {
  HookWorld world;
  install(world.api, kValidating, "c", {hook("a")});
  world.hooks.on("a", [](const Json&) {
    Json answer = deny("no such thing", 418);
    answer["status"]["reason"] = "Teapot";
    answer["status"]["details"] = {{"causes", {{{"field", "data"}, {"message", "m"}, {"reason", "r"}}}}};
    answer["warnings"] = {"careful"};
    return answer;
  });
  const TestAnswer answer = world.make("x");
  CHECK(answer.status == 418);
  CHECK(answer.body["message"] == "admission webhook \"a.example.com\" denied the request: no such thing");
  CHECK(answer.body["reason"] == "Teapot");
  CHECK(answer.body["details"]["causes"][0]["field"] == "data");
  CHECK(warnings(answer) == std::vector<std::string>{"299 - \"careful\""});
  CHECK(world.api.get(config_map_path("x")).status == 404);
}

TEST_CASE("a refusal that says nothing is a 400", "[webhooks]") {
  HookWorld world;
  install(world.api, kValidating, "c", {hook("a")});
  world.hooks.on("a", [](const Json&) { return Json{{"allowed", false}}; });
  const TestAnswer answer = world.make("x");
  CHECK(answer.status == 400);
  CHECK(answer.body["message"] ==
        "admission webhook \"a.example.com\" denied the request without explanation");
}

TEST_CASE("a refusal by conflict is no reason to try again", "[webhooks]") {
  HookWorld world;
  REQUIRE(world.make("x").status == 201);
  install(world.api, kValidating, "c", {hook("a")});
  world.hooks.on("a", [](const Json&) { return deny("not now", 409); });
  CHECK(world.api.patch(config_map_path("x"), {{"data", {{"b", "2"}}}}).status == 409);
  CHECK(world.hooks.count("a") == 1);
}

TEST_CASE("a webhook is told who wants what", "[webhooks]") {
  HookWorld world;
  install(world.api, kValidating, "c", {hook("a", {{"timeoutSeconds", 7}})});
  world.hooks.on("a", [](const Json&) { return allow(); });
  REQUIRE(world.api
              .send("POST", std::string(kConfigMaps) + "?fieldManager=me&dryRun=All&fieldValidation=Strict",
                    config_map("x").dump())
              .status == 201);
  REQUIRE(world.hooks.asked.size() == 1);
  const Json& request = world.hooks.asked[0].request;
  CHECK(request["kind"] == Json{{"group", ""}, {"version", "v1"}, {"kind", "ConfigMap"}});
  CHECK(request["resource"] == Json{{"group", ""}, {"version", "v1"}, {"resource", "configmaps"}});
  CHECK(request["requestKind"] == request["kind"]);
  CHECK(request["requestResource"] == request["resource"]);
  CHECK_FALSE(request.contains("subResource"));
  CHECK(request["name"] == "x");
  CHECK(request["namespace"] == "ns");
  CHECK(request["operation"] == "CREATE");
  CHECK(request["userInfo"]["username"] == system_user().username);
  CHECK(request["object"]["metadata"].contains("uid"));
  CHECK(request["oldObject"].is_null());
  CHECK(request["dryRun"] == true);
  CHECK(request["options"] == Json{{"kind", "CreateOptions"},
                                   {"apiVersion", "meta.k8s.io/v1"},
                                   {"fieldManager", "me"},
                                   {"fieldValidation", "Strict"},
                                   {"dryRun", {"All"}}});
  CHECK(world.hooks.last_timeout == std::chrono::seconds(7));
}

TEST_CASE("mutating webhooks come first, in order, and see what those before them made", "[webhooks]") {
  HookWorld world;
  install(world.api, kMutating, "b", {hook("second")});
  install(world.api, kMutating, "a", {hook("first")});
  install(world.api, kValidating, "c", {hook("judge")});
  world.hooks.on("first", [](const Json&) { return add("/data/one", "1"); });
  world.hooks.on("second", [](const Json& request) {
    CHECK(request["object"]["data"].contains("one"));
    CHECK_FALSE(request["object"]["metadata"].contains("uid"));
    return add("/data/two", "2");
  });
  world.hooks.on("judge", [](const Json& request) {
    CHECK(request["object"]["data"].size() == 3);
    return allow();
  });
  const TestAnswer answer = world.make("x");
  REQUIRE(answer.status == 201);
  CHECK(answer.body["data"] == Json{{"a", "1"}, {"one", "1"}, {"two", "2"}});
  CHECK(world.hooks.asked.size() == 3);
  CHECK(answer.notes.audit_annotations.contains("mutation.webhook.admission.k8s.io/round_0_index_1"));
}

TEST_CASE("a webhook that wants to is asked again after a later change, once", "[webhooks]") {
  HookWorld world;
  install(world.api, kMutating, "a",
          {hook("eager", {{"reinvocationPolicy", "IfNeeded"}}), hook("plain"), hook("last")});
  world.hooks.on("eager", [](const Json&) { return allow(); });
  world.hooks.on("plain", [](const Json&) { return allow(); });
  world.hooks.on("last", [](const Json&) { return add("/data/z", "1"); });
  REQUIRE(world.make("x").status == 201);
  CHECK(world.hooks.count("eager") == 2);
  CHECK(world.hooks.count("plain") == 1);
  CHECK(world.hooks.count("last") == 1);
}

TEST_CASE("a patch that cannot be applied fails the request, whatever the failurePolicy", "[webhooks]") {
  HookWorld world;
  install(world.api, kMutating, "a", {hook("m", {{"failurePolicy", "Ignore"}})});
  world.hooks.on("m", [](const Json&) { return patch_of({{{"op", "remove"}, {"path", "/nothing"}}}); });
  CHECK(world.make("x").status == 500);
}

TEST_CASE("a webhook cannot give an object another name or namespace", "[webhooks]") {
  HookWorld world;
  REQUIRE(world.make("x").status == 201);
  install(world.api, kMutating, "a", {hook("m")});
  world.hooks.on("m", [](const Json&) { return add("/metadata/name", "other"); });
  CHECK(world.api.patch(config_map_path("x"), {{"data", {{"b", "2"}}}}).status == 400);
  world.hooks.on("m", [](const Json&) { return add("/metadata/namespace", "other"); });
  CHECK(world.make("y").status == 400);
}

TEST_CASE("failurePolicy says what it means that nobody answers", "[webhooks]") {
  HookWorld world;
  install(world.api, kValidating, "c", {hook("nobody", {{"failurePolicy", "Ignore"}})});
  CHECK(world.make("x").status == 201);
  install(world.api, kValidating, "d", {hook("nobody")});
  const TestAnswer answer = world.make("y");
  CHECK(answer.status == 500);
  CHECK(answer.body["message"] ==
        "Internal error occurred: failed calling webhook \"nobody.example.com\": failed to call webhook: "
        "nobody "
        "is there");
}

TEST_CASE("an answer that is none fails as failurePolicy says", "[webhooks]") {
  const auto message = [](const std::function<void(ScriptedHooks&)>& script) -> std::string {
    HookWorld world;
    install(world.api, kValidating, "c", {hook("a")});
    script(world.hooks);
    const TestAnswer answer = world.make("x");
    CHECK(answer.status == 500);
    return answer.body["message"];
  };
  const auto answers = [&](const Json& response) {
    return message([&](ScriptedHooks& hooks) { hooks.on("a", [&](const Json&) { return response; }); });
  };
  const auto raw = [&](int status, const std::string& body) {
    return message([&](ScriptedHooks& hooks) { hooks.on_raw("a", {status, "application/json", body}); });
  };
  using Catch::Matchers::Contains;
  CHECK_THAT(answers({{"allowed", true}, {"uid", "other"}}), Contains("expected response.uid="));
  CHECK_THAT(answers(add("/data/a", "1")), Contains("validating webhook may not return response.patch"));
  CHECK_THAT(answers({{"allowed", "yes"}}), Contains("failed to call webhook"));
  CHECK_THAT(raw(200, R"({"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"})"),
             Contains("webhook response was absent"));
  CHECK_THAT(raw(200, "{nope"), Contains("json parse error: invalid character 'n'"));
  CHECK_THAT(raw(404, ""), Contains("the server could not find the requested resource"));
  CHECK_THAT(raw(500, ""), Contains("an error on the server"));
}

TEST_CASE("webhooks are asked about deletions, with the old object", "[webhooks]") {
  HookWorld world;
  REQUIRE(world.make("x").status == 201);
  REQUIRE(world.make("y").status == 201);
  install(world.api, kValidating, "c", {hook("a", rule_for({{"operations", {"DELETE"}}}))});
  world.hooks.on("a", [](const Json&) { return deny("keep it"); });
  CHECK(world.api.remove(config_map_path("x") + "?propagationPolicy=Foreground").status == 403);
  REQUIRE(world.hooks.asked.size() == 1);
  const Json& request = world.hooks.asked[0].request;
  CHECK(request["operation"] == "DELETE");
  CHECK(request["object"].is_null());
  CHECK(request["oldObject"]["metadata"]["name"] == "x");
  CHECK(request["options"]["kind"] == "DeleteOptions");
  CHECK(request["options"]["propagationPolicy"] == "Foreground");
  CHECK(world.api.remove(kConfigMaps).status == 403);
  CHECK_FALSE(world.hooks.asked[1].request.contains("name"));
  CHECK(world.api.get(config_map_path("y")).status == 200);
}

TEST_CASE("nobody is asked about webhook configurations", "[webhooks]") {
  HookWorld world;
  install(world.api, kValidating, "c", {hook("nobody", rule_for({{"resources", {"*/*"}}}))});
  CHECK(world.make("x").status == 500);
  CHECK(world.api.remove(std::string(kValidating) + "/c").status == 200);
  CHECK(world.make("x").status == 201);
}

TEST_CASE("reviews are asked about too, though they are never stored", "[webhooks]") {
  HookWorld world;
  install(world.api, kValidating, "c", {hook("a", rule_for({{"resources", {"selfsubjectaccessreviews"}}}))});
  world.hooks.on("a", [](const Json&) { return deny("ask someone else"); });
  const Json review{{"spec", {{"resourceAttributes", {{"verb", "get"}, {"resource", "pods"}}}}}};
  CHECK(world.api.post("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", review).status == 403);
}

TEST_CASE("our own webhook is asked beside the others", "[webhooks]") {
  ScriptedAdmitter own([](kube::AdmissionStep step, const Json& review) {
    if (step == kube::AdmissionStep::Mutate) return kube::AdmissionAnswer{.allowed = true};
    // What others made of it is what is judged.
    const bool marked = review["request"]["object"]["metadata"].contains("annotations");
    return kube::AdmissionAnswer{.allowed = !marked, .code = 403, .message = "marked"};
  });
  ScriptedHooks hooks;
  TestApi api(&own, TestApi::kBareHouse, &hooks);
  REQUIRE(api.post(kCertificates, certificate("a")).status == 201);
  install(api, kMutating, "m", {hook("mark", rule_for({{"resources", {"certificates"}}}))});
  hooks.on("mark", [](const Json&) { return add("/metadata/annotations", {{"a", "b"}}); });
  CHECK(api.post(kCertificates, certificate("b")).status == 403);
}

}  // namespace cw::apiserver
