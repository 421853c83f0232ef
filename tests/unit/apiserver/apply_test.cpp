// managedFields and server-side apply.
#include <catch2/catch.hpp>

#include "apiserver/field_set.h"
#include "tests/unit/apiserver/crd_fixture.h"
#include "tests/unit/apiserver/test_api.h"

namespace cw::apiserver {
namespace {

const std::string kWeb = std::string(kCertificates) + "/web";
const std::string kMap = std::string(kConfigMaps) + "/map";

TestAnswer apply(TestApi& api, const std::string& path, const Json& config, const std::string& query) {
  return api.send("PATCH", path + "?" + query, config.dump(), "application/apply-patch+yaml");
}

// The fields of one manager, or null.
Json fields_of(const Json& object, const std::string& manager, const std::string& operation = "Apply") {
  for (const Json& entry : object["metadata"].value("managedFields", Json::array())) {
    if (entry["manager"] == manager && entry["operation"] == operation) return entry["fieldsV1"];
  }
  return nullptr;
}

TestAnswer send_as(TestApi& api, const std::string& method, const std::string& target, const Json& body,
                   const std::string& agent) {
  http::Request request;
  request.method = method;
  request.target = target;
  request.body = body.dump();
  request.headers.emplace_back("User-Agent", agent);
  request.headers.emplace_back("Content-Type",
                               method == "PATCH" ? "application/merge-patch+json" : "application/json");
  return api.send_request(std::move(request));
}

}  // namespace

TEST_CASE("a creation is tracked by the program that made it, whole down to the leaves") {
  TestApi api;
  const TestAnswer made = send_as(api, "POST", kCertificates, certificate("web"), "kubectl/v1.32 (linux)");
  CHECK(fields_of(made.body, "kubectl", "Update") ==
        Json::parse(
            R"({"f:spec":{".":{},"f:dnsNames":{},"f:issuerRef":{".":{},"f:name":{}},"f:secretName":{}}})"));
  const TestAnswer empty = send_as(api, "POST", kConfigMaps, config_map("empty", Json::object()), "x");
  CHECK_FALSE(empty.body["metadata"].contains("managedFields"));
}

TEST_CASE("an apply that names a version makes what is not there all the same") {
  TestApi api;
  Json config = certificate("web");
  config["metadata"]["resourceVersion"] = "12345";
  CHECK(apply(api, kWeb, config, "fieldManager=me").status == 201);
  CHECK(apply(api, kWeb, config, "fieldManager=me").status == 409);
}

TEST_CASE("an update takes what it changes from whoever had it") {
  TestApi api;
  REQUIRE(send_as(api, "POST", kCertificates, certificate("web"), "first").status == 201);
  const Json patched =
      send_as(api, "PATCH", kWeb, {{"spec", {{"secretName", "other"}, {"duration", "24h"}}}}, "second").body;
  CHECK(fields_of(patched, "first", "Update") ==
        Json::parse(R"({"f:spec":{".":{},"f:dnsNames":{},"f:issuerRef":{".":{},"f:name":{}}}})"));
  CHECK(fields_of(patched, "second", "Update") ==
        Json::parse(R"({"f:spec":{"f:duration":{},"f:secretName":{}}})"));
  const Json status = send_as(api, "PATCH", kWeb + "/status",
                              {{"status", {{"revision", 1}}}, {"spec", {{"duration", "1h"}}}}, "third")
                          .body;
  CHECK(fields_of(status, "third", "Update") == Json::parse(R"({"f:status":{".":{},"f:revision":{}}})"));
  CHECK(status["metadata"]["managedFields"].back()["subresource"] == "status");
}

TEST_CASE("entries that cannot be understood leave the managers as they were, and [] forgets them") {
  TestApi api;
  const Json made = send_as(api, "POST", kConfigMaps, config_map("map"), "first").body;
  const Json unclear = {{"manager", "x"}, {"operation", "Update"}};
  const Json kept =
      send_as(api, "PATCH", kMap, {{"metadata", {{"managedFields", {unclear}}}}}, "second").body;
  CHECK(kept["metadata"]["managedFields"] == made["metadata"]["managedFields"]);
  const Json reset =
      send_as(api, "PATCH", kMap, {{"metadata", {{"managedFields", Json::array()}}}}, "second").body;
  CHECK_FALSE(reset["metadata"].contains("managedFields"));
}

TEST_CASE("whoever says [{}] has the fields tracked no more") {
  TestApi api;
  REQUIRE(send_as(api, "POST", kConfigMaps, config_map("map"), "first").status == 201);
  const TestAnswer reset =
      send_as(api, "PATCH", kMap, {{"metadata", {{"managedFields", {Json::object()}}}}}, "second");
  CHECK_FALSE(reset.body["metadata"].contains("managedFields"));
  CHECK_FALSE(send_as(api, "PATCH", kMap, {{"data", {{"a", "2"}}}}, "third")
                  .body["metadata"]
                  .contains("managedFields"));
}

TEST_CASE("an apply creates, changes and, said again, changes nothing") {
  TestApi api;
  const TestAnswer made = apply(api, kWeb, certificate("web"), "fieldManager=me");
  CHECK(made.status == 201);
  CHECK(fields_of(made.body, "me") ==
        Json::parse(R"({"f:spec":{"f:dnsNames":{},"f:issuerRef":{"f:name":{}},"f:secretName":{}}})"));
  const TestAnswer again = apply(api, kWeb, certificate("web"), "fieldManager=me");
  CHECK(again.status == 200);
  CHECK(again.body == made.body);
  Json changed = certificate("web");
  changed["spec"]["dnsNames"] = {"b.example.com"};
  const TestAnswer third = apply(api, kWeb, changed, "fieldManager=me");
  CHECK(third.body["spec"]["dnsNames"] == Json::array({"b.example.com"}));
  CHECK(third.body["metadata"]["generation"] == 2);
}

TEST_CASE("an apply does not take from others unless it is forced") {
  TestApi api;
  Json config = certificate("web");
  REQUIRE(apply(api, kWeb, config, "fieldManager=alice").status == 201);
  config["spec"]["secretName"] = "bob-tls";
  const TestAnswer refused = apply(api, kWeb, config, "fieldManager=bob");
  CHECK(refused.status == 409);
  CHECK(refused.body["message"] == "Apply failed with 1 conflict: conflict with \"alice\": .spec.secretName");
  CHECK(
      refused.body["details"]["causes"][0] ==
      Json::parse(
          R"({"reason":"FieldManagerConflict","message":"conflict with \"alice\"","field":".spec.secretName"})"));
  const TestAnswer forced = apply(api, kWeb, config, "fieldManager=bob&force=true");
  CHECK(forced.body["spec"]["secretName"] == "bob-tls");
  CHECK(fields_of(forced.body, "alice") ==
        Json::parse(R"({"f:spec":{"f:dnsNames":{},"f:issuerRef":{"f:name":{}}}})"));
  REQUIRE(send_as(api, "PATCH", kWeb, {{"spec", {{"secretName", "patched"}}}}, "patcher").status == 200);
  CHECK(apply(api, kWeb, config, "fieldManager=bob").body["message"] ==
        "Apply failed with 1 conflict: conflict with \"patcher\" using cert-manager.io/v1: .spec.secretName");
}

TEST_CASE("what an applier stops naming goes, unless another has it") {
  TestApi api;
  const auto config = [](const Json& labels, const Json& data) {
    Json object = config_map("map", data);
    object["metadata"]["labels"] = labels;
    return object;
  };
  REQUIRE(
      apply(api, kMap, config({{"mine", "a"}, {"both", "b"}}, {{"x", "1"}, {"y", "2"}}), "fieldManager=one")
          .status == 201);
  REQUIRE(apply(api, kMap, config({{"both", "b"}}, {{"y", "2"}}), "fieldManager=two").status == 200);
  const Json bare{{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", "map"}}}};
  const Json after_one = apply(api, kMap, bare, "fieldManager=one").body;
  CHECK(after_one["data"] == Json::parse(R"({"y":"2"})"));
  CHECK(after_one["metadata"]["labels"] == Json::parse(R"({"both":"b"})"));
  CHECK(fields_of(after_one, "one").is_null());
  const Json after_two = apply(api, kMap, bare, "fieldManager=two").body;
  CHECK_FALSE(after_two.contains("data"));
  CHECK_FALSE(after_two["metadata"].contains("labels"));
}

TEST_CASE("conditions are owned one by one, by their type") {
  TestApi api;
  REQUIRE(apply(api, kWeb, certificate("web"), "fieldManager=me").status == 201);
  const auto status = [](const char* type, const char* value) {
    return Json{{"apiVersion", "cert-manager.io/v1"},
                {"kind", "Certificate"},
                {"metadata", {{"name", "web"}}},
                {"status", {{"conditions", {{{"type", type}, {"status", value}}}}}}};
  };
  REQUIRE(apply(api, kWeb + "/status", status("Ready", "True"), "fieldManager=a").status == 200);
  const TestAnswer refused = apply(api, kWeb + "/status", status("Ready", "False"), "fieldManager=b");
  CHECK(refused.body["message"] ==
        "Apply failed with 1 conflict: conflict with \"a\" with subresource \"status\": "
        ".status.conditions[type=\"Ready\"].status");
  const Json both = apply(api, kWeb + "/status", status("Issuing", "False"), "fieldManager=b").body;
  CHECK(both["status"]["conditions"].size() == 2);
  CHECK(
      fields_of(both, "b") ==
      Json::parse(
          R"({"f:status":{"f:conditions":{"k:{\"type\":\"Issuing\"}":{".":{},"f:status":{},"f:type":{}}}}})"));
  CHECK(fields_of(both, "me").contains("f:spec"));
}

TEST_CASE("an apply that is none is refused") {
  TestApi api;
  const Json config = config_map("map");
  CHECK(
      apply(api, kMap, config, "").body["message"] ==
      "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch");
  CHECK(apply(api, kMap, config_map("other"), "fieldManager=me").body["message"] ==
        "the name of the object (other) does not match the name on the URL (map)");
  Json managed = config;
  managed["metadata"]["managedFields"] = Json::array();
  CHECK(apply(api, kMap, managed, "fieldManager=me").body["message"] == "metadata.managedFields must be nil");
  Json unknown = config;
  unknown["datas"] = Json::object();
  CHECK(apply(api, kMap, unknown, "fieldManager=me").body["message"] ==
        "failed to create typed patch object (/map; /v1, Kind=ConfigMap): .datas: field not declared in "
        "schema");
  CHECK(api.send("PATCH", kMap + "?fieldManager=me", "a: b", "application/apply-patch+yaml").status == 400);
  CHECK(api.send("PATCH", kMap + "?force=true", "{}", "application/merge-patch+json").status == 422);
}

TEST_CASE("every field of a wrong form or without a type is told") {
  TestApi api;
  Json wrong = config_map("map", {{"a", 1}});
  const std::string begin = "failed to create typed patch object (/map; /v1, Kind=ConfigMap): ";
  const TestAnswer one = apply(api, kMap, wrong, "fieldManager=me");
  CHECK(one.status == 500);
  CHECK(one.body["message"] == begin + ".data.a: expected string, got &value.valueUnstructured{Value:1}");
  wrong["metadata"]["finalizers"] = {{"x", {true, "y"}}};
  wrong["immutable"] = "yes";
  CHECK(apply(api, kMap, wrong, "fieldManager=me").body["message"] ==
        begin +
            "errors:\n  .data.a: expected string, got &value.valueUnstructured{Value:1}\n"
            "  .immutable: expected boolean, got &{yes}\n"
            "  .metadata.finalizers: expected list, got &{map[x:[true y]]}");
}

TEST_CASE("a schema says what is one, which keys items have, and what is owned for itself", "[crd]") {
  TestApi api;
  REQUIRE(api.post(kDefinitionsPath, widgets(R"({"type":"object","properties":{
      "whole":{"type":"object","x-kubernetes-map-type":"atomic","additionalProperties":{"type":"string"}},
      "ports":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["port","proto"],
        "items":{"type":"object","required":["port"],"properties":{"port":{"type":"integer"},
          "proto":{"type":"string","default":"TCP"},"note":{"type":"string"}}}},
      "names":{"type":"array","items":{"type":"string"}},
      "free":{"type":"object","x-kubernetes-preserve-unknown-fields":true,
        "properties":{"known":{"type":"object","properties":{"a":{"type":"string"}}}}}}})"))
              .status == 201);
  const std::string path = std::string(kWidgets) + "/a";
  const Json config = widget("a", R"({"whole":{"k":"v"},"ports":[{"port":80,"note":"x"}],
      "free":{"f":{"g":1},"known":{"b":2}}})");
  const TestAnswer made = apply(api, path, config, "fieldManager=one");
  REQUIRE(made.status == 201);
  CHECK(fields_of(made.body, "one")["f:spec"] ==
        Json::parse(R"({"f:whole":{},"f:free":{"f:f":{".":{},"f:g":{}},"f:known":{"f:b":{}}},
            "f:ports":{"k:{\"port\":80,\"proto\":\"TCP\"}":{".":{},"f:note":{},"f:port":{}}}})"));
  const Json other = widget("a", R"({"whole":{"l":"w"},"ports":[{"port":80,"proto":"TCP","note":"y"}]})");
  const TestAnswer refused = apply(api, path, other, "fieldManager=two");
  CHECK(refused.status == 409);
  CHECK(refused.body["details"]["causes"][0]["field"] == ".spec.ports[port=80,proto=\"TCP\"].note");
  CHECK(refused.body["details"]["causes"][1]["field"] == ".spec.whole");
  CHECK(apply(api, path, widget("a", R"({"names":["x",true],"free":{"known":{"a":5}}})"), "fieldManager=two")
            .body["message"] ==
        "failed to create typed patch object (/a; example.com/v1, Kind=Widget): errors:\n"
        "  .spec.free.known.a: expected string, got &value.valueUnstructured{Value:5}\n"
        "  .spec.names[1]: expected string, got &value.valueUnstructured{Value:true}");
}

TEST_CASE("null in an apply takes the place of a value, and says nothing of what is merged") {
  TestApi api;
  REQUIRE(apply(api, kMap, config_map("map", {{"a", "1"}, {"b", "2"}}), "fieldManager=me").status == 201);
  const TestAnswer nulled =
      apply(api, kMap, config_map("map", {{"a", "1"}, {"b", nullptr}}), "fieldManager=me");
  CHECK(nulled.body["data"] == Json::parse(R"({"a":"1","b":""})"));
  CHECK(fields_of(nulled.body, "me") == Json::parse(R"({"f:data":{"f:a":{},"f:b":{}}})"));
  Json config = config_map("map", nullptr);
  CHECK(apply(api, kMap, config, "fieldManager=other").body["data"] == nulled.body["data"]);
}

TEST_CASE("sets of fields are read, shown and compared as trees") {
  const Json tree =
      Json::parse(R"({"f:a":{".":{},"f:b":{}},"f:l":{"k:{\"n\":1,\"t\":\"x\"}":{"f:v":{}},"v:\"s\"":{}}})");
  const FieldSet set = *parse_field_set(tree);
  CHECK(to_fields_v1(set) == tree);
  CHECK(shown_paths(set) == std::vector<std::string>{".a", ".a.b", ".l[n=1,t=\"x\"].v", ".l[=\"s\"]"});
  CHECK(minus(set, set).empty());
  CHECK(united(set, set) == set);
  CHECK(common(set, *parse_field_set(Json::parse(R"({"f:a":{"f:b":{},"f:c":{}}})"))) ==
        *parse_field_set(Json::parse(R"({"f:a":{"f:b":{}}})")));
  for (const char* bad : {R"([])", R"({"a":{}})", R"({"f:a":5})", R"({"x:a":{}})"}) {
    CHECK_FALSE(parse_field_set(Json::parse(bad)).has_value());
  }
}

}  // namespace cw::apiserver
