// Server-side apply of values that have another form than their type.
#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/unit/apiserver/crd_fixture.h"
#include "tests/unit/apiserver/test_api.h"

namespace cw::apiserver {
namespace {

constexpr const char* kSchema = R"({"type":"object","properties":{
    "size":{"type":"integer"}, "free":{"x-kubernetes-preserve-unknown-fields":true},
    "note":{"type":"string","nullable":true}, "mode":{"type":"string","default":"a"},
    "tags":{"type":"array","x-kubernetes-list-type":"set","items":{"type":"string"}},
    "labels":{"type":"object","additionalProperties":{"type":"string"}},
    "ports":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["port","kind"],
      "items":{"type":"object","required":["port","kind"],"properties":{"port":{"type":"integer"},"kind":{"type":"string"},
        "note":{"type":"string"},"at":{"type":"string","format":"date-time"}}}}}})";

struct Applied {
  TestApi api;

  Applied() { REQUIRE(api.post(kDefinitionsPath, widgets(kSchema)).status == 201); }

  TestAnswer apply(const std::string& path, const Json& config, const std::string& manager = "me") {
    return api.send("PATCH", path + "?fieldManager=" + manager, config.dump(),
                    "application/apply-patch+yaml");
  }
  TestAnswer apply_spec(const std::string& spec) {
    return apply(std::string(kWidgets) + "/a", widget("a", spec));
  }
  std::string refusal(const std::string& spec) {
    const TestAnswer answer = apply_spec(spec);
    CHECK(answer.status == 500);
    CHECK_FALSE(answer.body.contains("reason"));
    const std::string message = answer.body["message"];
    const std::string start = "failed to create typed patch object (/a; example.com/v1, Kind=Widget): ";
    REQUIRE(message.starts_with(start));
    return message.substr(start.size());
  }
};

const std::string kLease = "/apis/coordination.k8s.io/v1/namespaces/ns/leases/l";

Json lease(const Json& spec) {
  return {{"apiVersion", "coordination.k8s.io/v1"},
          {"kind", "Lease"},
          {"metadata", {{"name", "l"}}},
          {"spec", spec}};
}

}  // namespace

TEST_CASE("an item that cannot be told from others is named by its place, and ends its list") {
  Applied applied;
  CHECK(applied.refusal(R"({"tags":["x",{"a":1},["y"],5]})") ==
        ".spec.tags: element 1: associative list without keys has an element that's a map type");
  CHECK(applied.refusal(R"({"tags":[["y"]]})") ==
        ".spec.tags: element 0: not supported: associative list with lists as elements");
  CHECK(applied.refusal(R"({"tags":[null]})") ==
        ".spec.tags: element 0: associative list without keys has an element that's an explicit null");
  CHECK(applied.refusal(R"({"ports":[{"port":1,"note":2},{"note":"x"},"y"]})") ==
        "errors:\n  .spec.ports[port=1].note: expected string, got &value.valueUnstructured{Value:2}\n"
        "  .spec.ports: element 1: associative list with keys has an element that omits all key fields "
        "[\"port\" \"kind\"] (and doesn't have default values for any key fields)");
  CHECK(applied.refusal(R"({"ports":["y"]})") ==
        ".spec.ports: element 0: associative list with keys may not have non-map elements");
  CHECK(applied.refusal(R"({"ports":[null]})") ==
        ".spec.ports: element 0: associative list with keys may not have a null element");
  CHECK(applied.refusal(R"({"ports":[{"kind":"x"},{"kind":"x"}]})") ==
        ".spec.ports: duplicate entries for key [kind=\"x\"]");
  CHECK(applied.refusal(R"({"ports":[{"port":1,"at":{}}]})") ==
        ".spec.ports[port=1].at: expected any scalar, got &{map[]}");
}

TEST_CASE("of the keys of an item only those that it has count, or that have something to stand for them") {
  Applied applied;
  CHECK(applied.refusal(R"({"ports":[{"kind":"x","note":1}]})") ==
        ".spec.ports[kind=\"x\"].note: expected string, got &value.valueUnstructured{Value:1}");
  Json pod{{"apiVersion", "v1"},
           {"kind", "Pod"},
           {"metadata", {{"name", "p"}}},
           {"spec", {{"containers", Json::parse(R"([{"image":"x","no":1,"ports":[{"no":1}]}])")}}}};
  CHECK(applied.apply("/api/v1/namespaces/ns/pods/p", pod).body["message"] ==
        "failed to create typed patch object (/p; /v1, Kind=Pod): errors:\n"
        "  .spec.containers[name=\"\"].no: field not declared in schema\n"
        "  .spec.containers[name=\"\"].ports[containerPort=0,protocol=\"TCP\"].no: field not declared in "
        "schema");
}

TEST_CASE("null by an apply is refused where a schema does not allow it, and by a creation left out") {
  Applied applied;
  for (const char* spec : {R"({"size":null})", R"({"labels":null})", R"({"labels":{"a":null}})",
                           R"({"tags":null})", R"({"ports":null})", "null"}) {
    CAPTURE(spec);
    CHECK(applied.apply_spec(spec).status == 422);
    CHECK(applied.api.post(std::string(kWidgets) + "?dryRun=All", widget("b", spec)).status == 201);
  }
  const TestAnswer refused = applied.apply_spec(R"({"size":null})");
  CHECK(refused.body["details"]["causes"][0]["message"] ==
        "Invalid value: \"null\": spec.size in body must be of type integer: \"null\"");
  // Where it may stand, has a default, or nothing says what it should be.
  const TestAnswer taken = applied.apply_spec(R"({"note":null,"mode":null,"free":null,"size":1})");
  CHECK(taken.status == 201);
  CHECK(taken.body["spec"] == Json::parse(R"({"note":null,"mode":"a","size":1})"));
}

TEST_CASE("what fits the form of its type but cannot be read is told with status 500") {
  Applied applied;
  const std::string start =
      "failed to convert new object (/l; coordination.k8s.io/v1, Kind=Lease) to proper "
      "version: unable to convert unstructured object to coordination.k8s.io/v1, "
      "Kind=Lease: ";
  const TestAnswer number = applied.apply(kLease, lease({{"renewTime", 5}}));
  CHECK(number.status == 500);
  CHECK(number.body["message"] == start + "json: cannot unmarshal number into Go value of type string");
  CHECK(applied.apply(kLease, lease({{"renewTime", "x"}})).body["message"] ==
        start + "parsing time \"x\" as \"2006-01-02T15:04:05.000000Z07:00\": cannot parse \"x\" as \"2006\"");
  const Json secret =
      Json::parse(R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"},"data":{"a":"!!!"}})");
  const std::string message = applied.apply(std::string(kSecrets) + "/s", secret).body["message"];
  CHECK(message.ends_with("Kind=Secret: error decoding from json: illegal base64 data at input byte 0"));
}

TEST_CASE("entries of managers come by operation, time and name") {
  Applied applied;
  const auto order = [&applied] {
    const Json object = applied.api.get(std::string(kConfigMaps) + "/map").body;
    std::vector<std::string> names;
    for (const Json& entry : object["metadata"]["managedFields"]) names.push_back(entry["manager"]);
    return names;
  };
  REQUIRE(applied.api.post(std::string(kConfigMaps) + "?fieldManager=z", config_map("map")).status == 201);
  REQUIRE(applied.apply(std::string(kConfigMaps) + "/map", config_map("map", {{"b", "2"}}), "y").status ==
          200);
  REQUIRE(applied.apply(std::string(kConfigMaps) + "/map", config_map("map", {{"c", "3"}}), "x").status ==
          200);
  CHECK(order() == std::vector<std::string>{"x", "y", "z"});
  applied.api.advance(std::chrono::seconds(2));
  REQUIRE(applied.apply(std::string(kConfigMaps) + "/map", config_map("map", {{"d", "4"}}), "x").status ==
          200);
  CHECK(order() == std::vector<std::string>{"y", "x", "z"});
}

TEST_CASE("a lease keeps nothing of elections that are a feature which is off") {
  Applied applied;
  const Json spec{
      {"holderIdentity", "me"}, {"strategy", "OldestEmulationVersion"}, {"preferredHolder", "you"}};
  const TestAnswer made = applied.apply(kLease, lease(spec));
  REQUIRE(made.status == 201);
  CHECK(made.body["spec"] == Json{{"holderIdentity", "me"}});
  CHECK(applied.api.patch(kLease, {{"spec", spec}}).body["spec"] == Json{{"holderIdentity", "me"}});
}

TEST_CASE("an amount that is null is none, and is judged as one") {
  Applied applied;
  const Json pod =
      Json::parse(R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"containers":[
      {"name":"c","image":"x","resources":{"limits":{"cpu":null}}}]}})");
  const TestAnswer made = applied.api.post("/api/v1/namespaces/ns/pods", pod);
  CHECK(made.status == 201);
  CHECK(made.body["spec"]["containers"][0]["resources"]["limits"]["cpu"] == "0");
}

}  // namespace cw::apiserver
