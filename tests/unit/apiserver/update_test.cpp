#include <catch2/catch.hpp>

#include "lib/http/header_lookup.h"
#include "tests/unit/apiserver/test_api.h"

namespace cw::apiserver {
namespace {

const std::string kWeb = std::string(kCertificates) + "/web";
const std::string kMap = std::string(kConfigMaps) + "/map";

}  // namespace

TEST_CASE("of two writers with one resourceVersion the second is told") {
  TestApi api;
  Json seen = api.post(kConfigMaps, config_map("map")).body;
  seen["data"]["a"] = "2";
  REQUIRE(api.put(kMap, seen).status == 200);
  seen["data"]["a"] = "3";
  const TestAnswer late = api.put(kMap, seen);
  CHECK(late.status == 409);
  CHECK(late.body["message"] ==
        "Operation cannot be fulfilled on configmaps \"map\": the object has been modified; please apply "
        "your changes "
        "to the latest version and try again");
  CHECK(api.get(kMap).body["data"]["a"] == "2");
}

TEST_CASE("a PUT may leave resourceVersion out only where the kind allows it") {
  TestApi api;
  REQUIRE(api.post(kConfigMaps, config_map("map")).status == 201);
  REQUIRE(api.post(kCertificates, certificate("web")).status == 201);
  CHECK(api.put(kMap, config_map("map", {{"a", "2"}})).status == 200);
  const TestAnswer refused = api.put(kWeb, certificate("web"));
  CHECK(refused.status == 422);
  CHECK(
      refused.body["message"] ==
      "certificates.cert-manager.io \"web\" is invalid: metadata.resourceVersion: Invalid value: 0: must be "
      "specified for an update");
}

TEST_CASE("an update that changes nothing writes nothing") {
  TestApi api;
  const Json made = api.post(kConfigMaps, config_map("map")).body;
  CHECK(api.put(kMap, config_map("map")).body == made);
  CHECK(api.patch(kMap, Json::object()).body == made);
}

TEST_CASE("generation follows the spec alone") {
  TestApi api;
  REQUIRE(api.post(kCertificates, certificate("web")).status == 201);
  CHECK(api.patch(kWeb, {{"metadata", {{"labels", {{"a", "b"}}}}}}).body["metadata"]["generation"] == 1);
  CHECK(api.patch(kWeb + "/status", {{"status", {{"revision", 9}}}}).body["metadata"]["generation"] == 1);
  CHECK(api.patch(kWeb, {{"spec", {{"duration", "24h"}}}}).body["metadata"]["generation"] == 2);
}

TEST_CASE("spec and status are written apart") {
  TestApi api;
  REQUIRE(api.post(kCertificates, certificate("web")).status == 201);
  const Json both{{"status", {{"revision", 9}}},
                  {"spec", {{"secretName", "changed"}}},
                  {"metadata", {{"labels", {{"via", "x"}}}}}};
  const Json by_status = api.patch(kWeb + "/status", both).body;
  CHECK(by_status["status"]["revision"] == 9);
  CHECK(by_status["spec"]["secretName"] == "web-tls");
  CHECK_FALSE(by_status["metadata"].contains("labels"));
  const Json by_object =
      api.patch(kWeb, {{"spec", {{"secretName", "changed"}}}, {"status", {{"revision", 10}}}}).body;
  CHECK(by_object["status"]["revision"] == 9);
  CHECK(by_object["spec"]["secretName"] == "changed");
  CHECK(api.patch(kWeb + "/status", {{"status", {{"revision", "x"}}}}).status == 422);
  CHECK_FALSE(api.patch(kWeb + "/status", {{"status", nullptr}}).body.contains("status"));
}

TEST_CASE("what the system owns is put back, and what identifies an object cannot change") {
  TestApi api;
  const Json made = api.post(kCertificates, certificate("web")).body;
  const Json times{{"metadata", {{"creationTimestamp", "2001-01-01T00:00:00Z"}, {"generation", 9}}}};
  CHECK(api.patch(kWeb, times).body == made);
  CHECK(api.patch(kWeb, {{"metadata", {{"uid", "other"}}}}).body["reason"] == "Invalid");
  CHECK(api.patch(kWeb, {{"metadata", {{"deletionTimestamp", "2001-01-01T00:00:00Z"}}}}).status == 422);
  CHECK(api.patch(kWeb, {{"metadata", {{"name", "other"}}}}).body["message"] ==
        "the name of the object (other) does not match the name on the URL (web)");
  CHECK(api.patch(kWeb, {{"metadata", {{"namespace", "other"}}}}).status == 400);
  Json replaced = made;
  replaced["metadata"]["uid"] = "11111111-2222-3333-4444-555555555555";
  CHECK(api.put(kWeb, replaced).status == 409);
}

TEST_CASE("an update of what is not there is a 404, but for kinds that are then created") {
  TestApi api;
  CHECK(api.put(kMap, config_map("map")).status == 404);
  CHECK(api.patch(kMap, Json::object()).status == 404);
  const char* lease = "/apis/coordination.k8s.io/v1/namespaces/ns/leases/l";
  CHECK(api.put(lease, {{"metadata", {{"name", "l"}}}, {"spec", {{"holderIdentity", "me"}}}}).status == 201);
}

TEST_CASE("each kind of patch is taken where it may be") {
  TestApi api;
  REQUIRE(api.post(kConfigMaps, config_map("map", {{"a", "1"}, {"b", "2"}})).status == 201);
  REQUIRE(api.post(kCertificates, certificate("web")).status == 201);
  CHECK(api.patch(kMap, {{"data", {{"c", "3"}, {"a", nullptr}}}}, "strategic-merge-patch").body["data"] ==
        Json::parse(R"({"b":"2","c":"3"})"));
  CHECK(api.patch(kMap, {{"data", {{"$patch", "replace"}, {"z", "9"}}}}, "strategic-merge-patch")
            .body["data"] == Json::parse(R"({"z":"9"})"));
  CHECK(api.patch(kWeb, Json::object(), "strategic-merge-patch").status == 415);
  // Items without keys are nothing to merge with, but a list that is new is taken as it is.
  const std::string account = "/api/v1/namespaces/ns/serviceaccounts/robot";
  REQUIRE(api.post("/api/v1/namespaces/ns/serviceaccounts", {{"metadata", {{"name", "robot"}}}}).status ==
          201);
  const Json keyless{{"secrets", Json::parse("[{},{}]")}};
  CHECK(api.patch(account, keyless, "strategic-merge-patch").body["secrets"] == keyless["secrets"]);
  CHECK(api.patch(account, keyless, "strategic-merge-patch").status == 500);
  const Json operations = Json::parse(R"([{"op":"add","path":"/spec/dnsNames/-","value":"b.example.com"}])");
  CHECK(api.patch(kWeb, operations, "json-patch").body["spec"]["dnsNames"].size() == 2);
  const TestAnswer failed =
      api.patch(kWeb, Json::parse(R"([{"op":"remove","path":"/spec/nothing"}])"), "json-patch");
  CHECK(failed.status == 422);
  CHECK(failed.body["message"] == "the server rejected our request due to an error in our request");
  CHECK(api.send("PATCH", kWeb, "{}", "application/json").status == 415);
  CHECK(api.send("PATCH", kWeb, "{\"spec\": ", "application/merge-patch+json").body["message"] ==
        "error decoding patch: unexpected end of JSON input");
  CHECK(api.send("PATCH", kWeb, "[1]", "application/merge-patch+json").status == 400);
}

TEST_CASE("a patch whose result is no object of the kind shows it") {
  TestApi api;
  REQUIRE(api.post(kCertificates, certificate("web")).status == 201);
  const TestAnswer answer = api.patch(kWeb, {{"metadata", {{"annotations", {{"b", 5}}}}}});
  CHECK(answer.status == 422);
  CHECK(answer.body["details"]["causes"][0]["field"] == "patch");
  const TestAnswer strict = api.send("PATCH", kWeb + "?fieldValidation=Strict", R"({"spec":{"nope":1}})",
                                     "application/merge-patch+json");
  CHECK(strict.status == 422);
  CHECK(strict.body["message"].get<std::string>().ends_with(
      "strict decoding error: unknown field \"spec.nope\""));
}

TEST_CASE("what is warned of is told even if the write is refused") {
  TestApi api;
  REQUIRE(api.post(kConfigMaps, config_map("map")).status == 201);
  const Json unknown{{"dta", Json::object()}, {"data", {{"a b", "1"}}}};
  const TestAnswer refused = api.patch(kMap, unknown);
  CHECK(refused.status == 422);
  CHECK(http::find_header(refused.response.headers, "Warning") == R"(299 - "unknown field \"dta\"")");
  Json service{{"metadata", {{"name", "s"}}},
               {"spec", {{"externalName", "a.example"}, {"ports", Json::parse(R"([{"port":80}])")}}}};
  REQUIRE(api.post("/api/v1/namespaces/ns/services", service).status == 201);
  const TestAnswer again = api.post("/api/v1/namespaces/ns/services", service);
  CHECK(again.status == 409);
  CHECK(http::find_header(again.response.headers, "Warning") ==
        R"(299 - "spec.externalName is ignored when spec.type is not \"ExternalName\"")");
}

TEST_CASE("a Secret keeps its type, and its data once it is immutable") {
  TestApi api;
  const std::string secret = std::string(kSecrets) + "/s";
  REQUIRE(api.post(kSecrets, {{"metadata", {{"name", "s"}}}, {"stringData", {{"a", "1"}}}}).status == 201);
  CHECK(api.patch(secret, {{"type", "kubernetes.io/tls"}}).status == 422);
  REQUIRE(api.patch(secret, {{"immutable", true}}).status == 200);
  CHECK(api.patch(secret, {{"stringData", {{"a", "2"}}}}).body["message"] ==
        "Secret \"s\" is invalid: data: Forbidden: field is immutable when `immutable` is set");
  CHECK(api.patch(secret, {{"immutable", nullptr}}).status == 422);
  const TestAnswer both = api.patch(secret, {{"type", "kubernetes.io/tls"}});
  CHECK(both.body["details"]["causes"][0]["field"] ==
        "type");  // what may not change goes before what is missing
  CHECK(api.patch(secret, {{"metadata", {{"labels", {{"ok", "yes"}}}}}}).status == 200);
}

TEST_CASE("an Event is the same object under both its APIs") {
  TestApi api;
  const Json event{{"apiVersion", "events.k8s.io/v1"},
                   {"kind", "Event"},
                   {"metadata", {{"name", "e"}}},
                   {"eventTime", "2024-01-01T00:00:00.000000Z"},
                   {"reportingController", "cert-manager.io/test"},
                   {"reportingInstance", "test-1"},
                   {"action", "Issue"},
                   {"reason", "Issued"},
                   {"type", "Warning"},
                   {"note", "a note"},
                   {"regarding", {{"kind", "Certificate"}, {"name", "web"}, {"namespace", "ns"}}}};
  REQUIRE(api.post("/apis/events.k8s.io/v1/namespaces/ns/events", event).status == 201);
  const Json core = api.get("/api/v1/namespaces/ns/events/e").body;
  CHECK(core["message"] == "a note");
  CHECK(core["involvedObject"]["name"] == "web");
  CHECK(core["reportingComponent"] == "cert-manager.io/test");
  CHECK(core["firstTimestamp"].is_null());
  REQUIRE(api.patch("/api/v1/namespaces/ns/events/e", {{"count", 2}}).status == 200);
  const Json served = api.get("/apis/events.k8s.io/v1/namespaces/ns/events/e").body;
  CHECK(served["apiVersion"] == "events.k8s.io/v1");
  CHECK(served["deprecatedCount"] == 2);
  CHECK(served["note"] == "a note");
  CHECK(api.get("/api/v1/namespaces/ns/events?fieldSelector=involvedObject.name%3Dweb,reason%3DIssued")
            .body["items"]
            .size() == 1);
}

}  // namespace cw::apiserver
