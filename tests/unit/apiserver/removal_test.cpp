#include <catch2/catch.hpp>

#include "tests/unit/apiserver/config_maps.h"

namespace cw::apiserver {

TEST_CASE("a delete answers what is gone") {
  TestApi api;
  const std::string uid = make(api, "a");
  const TestAnswer gone = api.remove(path_of("a"));
  CHECK(gone.status == 200);
  CHECK(gone.body == Json::parse(R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Success",
    "details":{"name":"a","kind":"configmaps","uid":")" +
                                 uid + "\"}}"));
  CHECK(api.remove(path_of("a")).status == 404);
}

TEST_CASE("a delete with preconditions is for that object only") {
  TestApi api;
  const std::string uid = make(api, "a");
  const auto remove_if = [&](const Json& preconditions) {
    return api.send("DELETE", path_of("a"), Json{{"preconditions", preconditions}}.dump()).status;
  };
  CHECK(remove_if({{"uid", "other"}}) == 409);
  CHECK(remove_if({{"resourceVersion", "1"}}) == 409);
  CHECK(remove_if({{"uid", uid}}) == 200);
}

TEST_CASE("options of a delete are checked") {
  TestApi api;
  make(api, "a");
  CHECK(api.remove(path_of("a") + "?propagationPolicy=Sideways").status == 422);
  CHECK(api.send("DELETE", path_of("a"), R"({"orphanDependents":true,"propagationPolicy":"Background"})")
            .status == 422);
  CHECK(api.send("DELETE", path_of("a"), R"({"kind":"ConfigMap","apiVersion":"v1"})").status == 400);
  CHECK(api.send("DELETE", path_of("a"), "[").status == 400);
  CHECK(api.remove(path_of("a") + "?dryRun=All").status == 200);
  CHECK(api.get(path_of("a")).status == 200);
}

TEST_CASE("finalizers hold an object until the last one goes") {
  TestApi api;
  make(api, "a", {{"finalizers", {"example.com/hold"}}});
  const TestAnswer marked = api.remove(path_of("a"));
  CHECK(marked.body["metadata"]["deletionTimestamp"] == "2023-11-14T22:13:20Z");
  CHECK(marked.body["metadata"]["deletionGracePeriodSeconds"] == 0);
  CHECK(api.remove(path_of("a")).body == marked.body);
  const TestAnswer again = api.post(kConfigMaps, config_map("a"));
  CHECK(again.body["message"] == "object is being deleted: configmaps \"a\" already exists");
  const TestAnswer more =
      api.patch(path_of("a"), {{"metadata", {{"finalizers", {"example.com/hold", "example.com/more"}}}}});
  CHECK(more.status == 422);
  CHECK(api.patch(path_of("a"), {{"metadata", {{"finalizers", nullptr}}}}).status == 200);
  CHECK(api.get(path_of("a")).status == 404);
}

TEST_CASE("a collection goes as far as the selector says") {
  TestApi api;
  make(api, "a", {{"labels", {{"grp", "x"}}}});
  make(api, "b", {{"labels", {{"grp", "x"}}}});
  make(api, "c");
  const TestAnswer removed = api.remove(std::string(kConfigMaps) + "?labelSelector=grp%3Dx");
  CHECK(removed.body["kind"] == "ConfigMapList");
  CHECK(removed.body["items"].size() == 2);
  CHECK(api.get(kConfigMaps).body["items"].size() == 1);
}

TEST_CASE("a namespace goes with all that is in it, when nothing is held any more") {
  TestApi api;
  make(api, "a");
  make(api, "held", {{"finalizers", {"example.com/hold"}}});
  REQUIRE(api.post(kCertificates, certificate("web")).status == 201);
  const TestAnswer going = api.remove("/api/v1/namespaces/ns");
  CHECK(going.body["status"]["phase"] == "Terminating");
  const TestAnswer late = api.post(kConfigMaps, config_map("late"));
  CHECK(late.status == 403);
  CHECK(late.body["message"] ==
        "configmaps \"late\" is forbidden: unable to create new content in namespace ns because it is being "
        "terminated");
  const TestAnswer unnamed = api.post(kConfigMaps, {{"metadata", {{"generateName", "late-"}}}});
  CHECK(unnamed.body["message"] ==
        "configmaps \"late-\" is forbidden: unable to create new content in namespace ns because it is being "
        "terminated");
  api.keep_house();
  CHECK(api.get(kCertificates).body["items"].empty());
  CHECK(api.get("/api/v1/namespaces/ns").status == 200);
  REQUIRE(api.patch(path_of("held"), {{"metadata", {{"finalizers", nullptr}}}}).status == 200);
  api.keep_house();
  CHECK(api.get("/api/v1/namespaces/ns").status == 404);
}

TEST_CASE("the namespaces that everything relies on cannot be deleted") {
  TestApi api;
  REQUIRE(api.post("/api/v1/namespaces", {{"metadata", {{"name", "default"}}}}).status == 201);
  CHECK(api.remove("/api/v1/namespaces/default").body["message"] ==
        "namespaces \"default\" is forbidden: this namespace may not be deleted");
}

TEST_CASE("events are forgotten an hour after they were last heard of") {
  TestApi api;
  const Json event{{"metadata", {{"name", "e"}}}, {"involvedObject", {{"namespace", "ns"}}}};
  REQUIRE(api.post("/api/v1/namespaces/ns/events", event).status == 201);
  api.advance(std::chrono::minutes(59));
  api.keep_house();
  CHECK(api.get("/api/v1/namespaces/ns/events").body["items"].size() == 1);
  api.advance(std::chrono::minutes(2));
  api.keep_house();
  CHECK(api.get("/api/v1/namespaces/ns/events").body["items"].empty());
}

namespace {

const std::string kPod = "/api/v1/namespaces/ns/pods/p";

// On a node.
void start_pod(TestApi& api) {
  const Json pod{{"apiVersion", "v1"},
                 {"kind", "Pod"},
                 {"metadata", {{"name", "p"}}},
                 {"spec", {{"nodeName", "n"}, {"containers", {{{"name", "a"}, {"image", "b"}}}}}}};
  REQUIRE(api.post("/api/v1/namespaces/ns/pods", pod).status == 201);
}

}  // namespace

TEST_CASE("what a node would end goes when its time is over") {
  TestApi api;
  start_pod(api);
  REQUIRE(api.remove(kPod).body["metadata"]["deletionGracePeriodSeconds"] == 30);
  api.advance(std::chrono::seconds(29));
  api.keep_house();
  CHECK(api.patch(kPod + "/status", {{"status", {{"phase", "Running"}}}}).status == 200);
  CHECK(api.get(kPod).status == 200);
  api.advance(std::chrono::seconds(2));
  api.keep_house();
  CHECK(api.get(kPod).status == 404);
}

TEST_CASE("a namespace does not wait for the Pods in it") {
  TestApi api;
  start_pod(api);
  REQUIRE(api.remove("/api/v1/namespaces/ns").status == 200);
  api.keep_house();
  CHECK(api.get("/api/v1/namespaces/ns").status == 404);
}

}  // namespace cw::apiserver
