// CustomResourceDefinitions with a conversion webhook.
#include <catch2/catch.hpp>

#include "tests/unit/apiserver/crd_fixture.h"

namespace cw::apiserver {
namespace {

constexpr const char* kV1 = "/apis/example.com/v1/namespaces/ns/flips";
constexpr const char* kV2 = "/apis/example.com/v2/namespaces/ns/flips";

// v1 has spec.address "host:port", v2 has spec.host and spec.port.
Json flip(const std::string& name, const std::string& version, const std::string& spec) {
  return {{"apiVersion", "example.com/" + version},
          {"kind", "Flip"},
          {"metadata", {{"name", name}}},
          {"spec", Json::parse(spec)}};
}

Json converted(Json object, const std::string& wanted) {
  object["apiVersion"] = wanted;
  Json& spec = object["spec"];
  if (wanted == "example.com/v2" && spec.contains("address")) {
    const std::string address = spec["address"];
    const std::size_t colon = address.find(':');
    spec["host"] = address.substr(0, colon);
    spec["port"] = std::stoi(address.substr(colon + 1));
    spec.erase("address");
  }
  if (wanted == "example.com/v1" && spec.contains("host")) {
    spec["address"] = spec["host"].get<std::string>() + ":" + std::to_string(spec.value("port", 0));
    spec.erase("host");
    spec.erase("port");
  }
  return object;
}

class Converter final : public webhooks::Caller {
 public:
  Result<webhooks::CallAnswer> post(const webhooks::Target& target, const std::string& body,
                                    std::chrono::seconds timeout) override {
    ++calls;
    last_target = target;
    last_timeout = timeout;
    if (!is_there) return Error{Code::Unavailable, "Post \"https://hook/\": nobody is there"};
    const Json request = Json::parse(body).at("request");
    objects += request["objects"].size();
    Json response{
        {"uid", request["uid"]}, {"result", {{"status", "Success"}}}, {"convertedObjects", Json::array()}};
    for (const Json& object : request["objects"]) {
      response["convertedObjects"].push_back(converted(object, request["desiredAPIVersion"]));
    }
    const Json review{
        {"apiVersion", "apiextensions.k8s.io/v1"}, {"kind", "ConversionReview"}, {"response", response}};
    return webhooks::CallAnswer{200, "application/json", review.dump()};
  }

  bool is_there = true;
  int calls = 0;
  std::size_t objects = 0;
  webhooks::Target last_target = {};
  std::chrono::seconds last_timeout{0};
};

Json flips(const std::string& storage = "v1", const std::string& url = "https://hook/convert") {
  const auto version = [&](const std::string& name, const char* schema, const char* selectable) {
    Json made = version_of(name, Json::parse(schema), storage == name);
    made["selectableFields"] = {{{"jsonPath", selectable}}};
    return made;
  };
  Json definition = definition_of(
      "flips", "Flip",
      Json::array(
          {version("v1",
                   R"({"type":"object","properties":{"address":{"type":"string"},"n":{"type":"integer"},
                               "of":{"type":"string","default":"v1"},
                               "kept":{"type":"string","default":"yes"}}})",
                   ".spec.address"),
           version("v2",
                   R"({"type":"object","properties":{"host":{"type":"string"},"port":{"type":"integer"},
                               "n":{"type":"integer"},"of":{"type":"string","default":"v2"},
                               "kept":{"type":"string"}}})",
                   ".spec.host")}));
  definition["spec"]["conversion"] = {
      {"strategy", "Webhook"},
      {"webhook", {{"conversionReviewVersions", {"v7", "v1"}}, {"clientConfig", {{"url", url}}}}}};
  return definition;
}

struct World {
  explicit World(const std::string& storage = "v1") {
    const TestAnswer made = api.post(kDefinitionsPath, flips(storage));
    CAPTURE(made.body.dump());
    REQUIRE(made.status == 201);
  }

  void change(const Json& wanted) {
    const std::string path = std::string(kDefinitionsPath) + "/flips.example.com";
    Json definition = api.get(path).body;
    definition["spec"] = wanted["spec"];
    REQUIRE(api.put(path, definition).status == 200);
  }
  std::string stored(const std::string& name) {
    return api.store().get({"flips.example.com", {"ns", name}}).value()->text();
  }

  Converter hook;
  TestApi api{nullptr, TestApi::kBareHouse, &hook};
};

std::string at(const char* path, const std::string& rest) { return path + rest; }

}  // namespace

TEST_CASE("objects are stored in one version and shown in each", "[conversion]") {
  World world;
  const TestAnswer made = world.api.post(kV2, flip("a", "v2", R"({"host":"h","port":1})"));
  CAPTURE(made.body.dump());
  REQUIRE(made.status == 201);
  CHECK(made.body["spec"] == Json::parse(R"({"host":"h","port":1,"of":"v2","kept":"yes"})"));
  CHECK_THAT(world.stored("a"), Catch::StartsWith(R"({"apiVersion":"example.com/v1")"));
  CHECK(world.hook.last_target.url == "https://hook/convert");
  CHECK(world.hook.last_timeout == std::chrono::seconds(30));
  CHECK(world.api.get(at(kV1, "/a")).body["spec"]["address"] == "h:1");
  // A default of the stored version, which the webhook left out.
  CHECK(world.api.get(at(kV1, "/a")).body["spec"]["kept"] == "yes");
  const TestAnswer patched = world.api.patch(at(kV2, "/a"), {{"spec", {{"port", 2}}}});
  CHECK(patched.body["spec"]["port"] == 2);
  CHECK(patched.body["metadata"]["generation"] == 2);
  CHECK(world.api.get(at(kV1, "/a")).body["spec"]["address"] == "h:2");
  CHECK(world.api.patch(at(kV2, "/a/status"), {{"status", {{"ok", true}}}}).body["status"]["ok"] == true);
  REQUIRE(world.api.post(kV1, flip("b", "v1", R"({"address":"x:9"})")).status == 201);
  CHECK(world.api.get(at(kV2, "?fieldSelector=spec.host%3Dx")).body["items"].size() == 1);
  CHECK(world.api.get(at(kV2, "?fieldSelector=spec.host%3Dy")).body["items"].empty());
  // Defaults of another version are not set: the webhook would have.
  CHECK(world.api.get(at(kV2, "/b")).body["spec"] ==
        Json::parse(R"({"host":"x","port":9,"of":"v1","kept":"yes"})"));
  const TestAnswer removed = world.api.remove(at(kV2, "/b"));
  CHECK(removed.status == 200);
  CHECK(world.api.get(at(kV1, "/b")).status == 404);
}

TEST_CASE("a list asks once, and remembers until the definition changes", "[conversion]") {
  World world;
  for (int i = 0; i < 70; ++i) {
    REQUIRE(world.api.post(kV1, flip("f" + std::to_string(i), "v1", R"({"address":"h:1"})")).status == 201);
  }
  REQUIRE(world.hook.calls == 0);
  CHECK(world.api.get(kV2).body["items"][69]["spec"]["host"] == "h");
  CHECK(world.hook.calls == 2);
  CHECK(world.hook.objects == 70);
  CHECK(world.api.get(kV2).body["items"].size() == 70);
  CHECK(world.hook.calls == 2);
  world.change(flips("v1", "https://hook/other"));
  CHECK(world.api.get(at(kV2, "?limit=3")).body["items"].size() == 3);
  CHECK(world.hook.calls == 3);
  CHECK(world.hook.objects == 73);
  CHECK(world.hook.last_target.url == "https://hook/other");
}

TEST_CASE("where the webhook is not there nothing is shown wrong, and nothing is lost", "[conversion]") {
  World world;
  REQUIRE(world.api.post(kV1, flip("a", "v1", R"({"address":"h:1"})")).status == 201);
  const std::string before = world.stored("a");
  world.hook.is_there = false;
  const std::string why =
      "conversion webhook for example.com/v1, Kind=Flip failed: Post \"https://hook/\": nobody is there";
  for (const TestAnswer& answer :
       {world.api.get(at(kV2, "/a")), world.api.get(kV2), world.api.remove(at(kV2, "/a")),
        world.api.get(at(kV2, "?watch=1")), world.api.patch(at(kV2, "/a"), {{"spec", {{"port", 2}}}})}) {
    CHECK(answer.status == 500);
    CHECK(answer.body["message"] == why);
  }
  CHECK(world.api.post(kV2, flip("b", "v2", R"({"host":"h","port":1})")).status == 500);
  CHECK(world.stored("a") == before);
  CHECK(world.api.get(kV1).body["items"].size() == 1);
  CHECK(world.api.patch(at(kV1, "/a"), {{"spec", {{"n", 1}}}}).status == 200);
  // The server itself removes without it.
  REQUIRE(world.api.remove(std::string(kDefinitionsPath) + "/flips.example.com").status == 200);
  world.api.keep_house();
  CHECK(world.api.get(std::string(kDefinitionsPath) + "/flips.example.com").status == 404);
}

TEST_CASE("a watch shows changes in its version, and says so when it cannot", "[conversion]") {
  World world;
  REQUIRE(world.api.post(kV1, flip("a", "v1", R"({"address":"h:1"})")).status == 201);
  const std::string from = world.api.get(kV2).body["metadata"]["resourceVersion"];
  REQUIRE(world.api.patch(at(kV1, "/a"), {{"spec", {{"address", "h:2"}}}}).status == 200);
  REQUIRE(world.api.remove(at(kV1, "/a")).status == 200);
  const std::string target = at(kV2, "?watch=1&fieldSelector=spec.host%3Dh&resourceVersion=" + from);
  const auto events = watch(world.api, target, 1);
  REQUIRE(events.size() == 2);
  CHECK(events[0]["type"] == "MODIFIED");
  CHECK(events[0]["object"]["spec"]["port"] == 2);
  CHECK(events[1]["type"] == "DELETED");
  CHECK(events[1]["object"]["apiVersion"] == "example.com/v2");
  CHECK(events[1]["object"]["metadata"]["resourceVersion"] !=
        events[0]["object"]["metadata"]["resourceVersion"]);
  world.hook.is_there = false;
  REQUIRE(world.api.post(kV1, flip("b", "v1", R"({"address":"h:1"})")).status == 201);
  const auto last = watch(world.api, at(kV2, "?watch=1&resourceVersion=" + from), 1);
  REQUIRE(last.size() == 1);
  CHECK(last[0]["type"] == "ERROR");
  CHECK(last[0]["object"]["code"] == 500);
}

TEST_CASE("what is stored in an old version is read, and written anew when it is written", "[conversion]") {
  World world;
  REQUIRE(world.api.post(kV1, flip("a", "v1", R"({"address":"h:1"})")).status == 201);
  world.change(flips("v2"));
  CHECK(world.api.get(at(kV2, "/a")).body["spec"]["host"] == "h");
  const TestAnswer old = world.api.get(at(kV1, "/a"));
  CHECK_THAT(world.stored("a"), Catch::StartsWith(R"({"apiVersion":"example.com/v1")"));
  const TestAnswer same = world.api.put(at(kV1, "/a"), old.body);
  CHECK(same.status == 200);
  CHECK(same.body["metadata"]["resourceVersion"] != old.body["metadata"]["resourceVersion"]);
  CHECK(same.body["metadata"]["generation"] == 1);
  CHECK_THAT(world.stored("a"), Catch::StartsWith(R"({"apiVersion":"example.com/v2")"));
  const TestAnswer again = world.api.put(at(kV1, "/a"), same.body);
  CHECK(again.body["metadata"]["resourceVersion"] == same.body["metadata"]["resourceVersion"]);
}

TEST_CASE("fields are owned in the version in which they were written", "[conversion]") {
  World world;
  const auto apply = [&](const char* path, const std::string& version, const std::string& spec,
                         const std::string& query) {
    return world.api.send("PATCH", at(path, "/a?fieldManager=" + query), flip("a", version, spec).dump(),
                          "application/apply-patch+yaml");
  };
  REQUIRE(apply(kV2, "v2", R"({"host":"h","port":1})", "one").status == 201);
  // Another manager takes both by their name in v1.
  const TestAnswer refused = apply(kV1, "v1", R"({"address":"x:1"})", "two");
  CHECK(refused.status == 409);
  CHECK(refused.body["message"] == R"(Apply failed with 1 conflict: conflict with "one": .spec.host)");
  const TestAnswer taken = apply(kV1, "v1", R"({"address":"x:1"})", "two&force=true");
  REQUIRE(taken.status == 200);
  CHECK(taken.body["metadata"]["managedFields"][0]["fieldsV1"] == Json::parse(R"({"f:spec":{"f:port":{}}})"));
  // The same manager, in another version: what it no longer applies goes.
  const TestAnswer dropped = apply(kV2, "v2", R"({"n":3})", "two");
  CAPTURE(dropped.body.dump());
  REQUIRE(dropped.status == 200);
  CHECK(dropped.body["spec"]["n"] == 3);
  // An update in one version takes from the managers of the other.
  const TestAnswer updated = world.api.patch(at(kV1, "/a?fieldManager=m"), {{"spec", {{"address", "z:5"}}}});
  REQUIRE(updated.status == 200);
  REQUIRE_FALSE(updated.body["metadata"]["managedFields"].empty());
  for (const Json& entry : updated.body["metadata"]["managedFields"]) {
    CHECK((entry["manager"] != "one"));
  }
}

TEST_CASE("spec.conversion is checked", "[conversion][crd]") {
  const auto refusal = [](const std::string& conversion) {
    TestApi api;
    Json definition = widgets();
    definition["spec"]["conversion"] = Json::parse(conversion);
    const TestAnswer answer = api.post(kDefinitionsPath, definition);
    std::string causes;
    for (const Json& cause : answer.body.value(Json::json_pointer("/details/causes"), Json::array())) {
      causes += cause["field"].get<std::string>() + " " + cause["message"].get<std::string>() + "\n";
    }
    return causes;
  };
  CHECK(refusal(R"({"strategy":"Webhook"})") ==
        "spec.conversion.webhookClientConfig Required value: required when strategy is set to Webhook\n"
        "spec.conversion.conversionReviewVersions Required value\n");
  CHECK_THAT(
      refusal(
          R"({"strategy":"Webhook","webhook":{"conversionReviewVersions":["v1","v1","X_"],"clientConfig":{}}})"),
      Catch::StartsWith(
          "spec.conversion.webhookClientConfig Required value: exactly one of url or service is "
          "required\nspec.conversion.conversionReviewVersions[1] Invalid value: \"v1\": "
          "duplicate version\nspec.conversion.conversionReviewVersions[2] Invalid value: \"X_\""));
  CHECK(refusal(R"({"strategy":"Webhook","webhook":{"conversionReviewVersions":["v7"],
                    "clientConfig":{"url":"http://a"}}})") ==
        "spec.conversion.webhookClientConfig.url Invalid value: \"http\": 'https' is the only allowed URL "
        "scheme; "
        "desired format: https://host[/path]\n"
        "spec.conversion.conversionReviewVersions Invalid value: [\"v7\"]: must include at least one of v1, "
        "v1beta1\n");
  CHECK(
      refusal(
          R"({"strategy":"None","webhook":{"conversionReviewVersions":["v1"],"clientConfig":{"url":"https://a"}}})") ==
      "spec.conversion.webhookClientConfig Forbidden: should not be set when strategy is not set to Webhook\n"
      "spec.conversion.conversionReviewVersions Forbidden: should not be set when strategy is not set to "
      "Webhook\n");
  CHECK(refusal(R"({"strategy":"None","webhook":{"conversionReviewVersions":[]}})").empty());
  CHECK(refusal(R"({"strategy":"Some"})") ==
        "spec.conversion.strategy Unsupported value: \"Some\": supported values: \"None\", \"Webhook\"\n");
  // A bundle that is none is refused where the kind is served already.
  World world;
  Json broken = world.api.get(std::string(kDefinitionsPath) + "/flips.example.com").body;
  broken["spec"]["conversion"]["webhook"]["clientConfig"]["caBundle"] = "bm90aGluZw==";
  CHECK_THAT(
      world.api.put(std::string(kDefinitionsPath) + "/flips.example.com", broken).body["message"],
      Catch::Contains("spec.conversion.webhookClientConfig.caBundle: Invalid value: \"bm90aGluZw==\": unable "
                      "to load root certificates: unable to parse bytes as PEM block"));
}

}  // namespace cw::apiserver
