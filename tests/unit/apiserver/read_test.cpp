#include <catch2/catch.hpp>

#include "tests/unit/apiserver/test_api.h"

namespace cw::apiserver {
namespace {

TestAnswer get_as(TestApi& api, const std::string& target, const std::string& accept) {
  http::Request request;
  request.method = "GET";
  request.target = target;
  request.headers.emplace_back("Accept", accept);
  return api.send_request(request);
}

std::vector<std::string> names(const Json& list) {
  std::vector<std::string> out;
  for (const Json& item : list["items"]) out.push_back(item["metadata"]["name"]);
  return out;
}

void make_five(TestApi& api) {
  for (const char* name : {"c", "a", "e", "b", "d"})
    REQUIRE(api.post(kConfigMaps, config_map(name)).status == 201);
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a list is sorted, typed and dated") {
  TestApi api;
  make_five(api);
  const Json list = api.get(kConfigMaps).body;
  CHECK(list["kind"] == "ConfigMapList");
  CHECK(list["apiVersion"] == "v1");
  CHECK(names(list) == Names{"a", "b", "c", "d", "e"});
  CHECK_FALSE(list["items"][0].contains("kind"));
  CHECK(list["metadata"]["resourceVersion"] == std::to_string(api.store().revision()));
  REQUIRE(api.post(kCertificates, certificate("web")).status == 201);
  CHECK(api.get("/apis/cert-manager.io/v1/certificates").body["items"][0]["kind"] == "Certificate");
}

TEST_CASE("a limited list goes on with the same picture") {
  TestApi api;
  make_five(api);
  const std::string path = kConfigMaps;
  const Json first = api.get(path + "?limit=2").body;
  CHECK(names(first) == Names{"a", "b"});
  CHECK(first["metadata"]["remainingItemCount"] == 3);
  REQUIRE(api.remove(path + "/d").status == 200);
  REQUIRE(api.post(kConfigMaps, config_map("bb")).status == 201);
  const std::string token = first["metadata"]["continue"];
  const Json second = api.get(path + "?limit=2&continue=" + token).body;
  CHECK(names(second) == Names{"c", "d"});
  CHECK(second["metadata"]["resourceVersion"] == first["metadata"]["resourceVersion"]);
  const Json third = api.get(path + "?continue=" + second["metadata"]["continue"].get<std::string>()).body;
  CHECK(names(third) == Names{"e"});
  CHECK_FALSE(third["metadata"].contains("continue"));
  CHECK(api.get(path + "?limit=2&continue=garbage").status == 400);
  CHECK(api.get(path + "?limit=2&resourceVersion=1&continue=" + token).status == 400);
}

TEST_CASE("a list of a version shows no newer one where that is asked for, or where it has a limit") {
  TestApi api;
  make_five(api);
  const std::string then =
      "?resourceVersion=" + api.get(kConfigMaps).body["metadata"]["resourceVersion"].get<std::string>();
  REQUIRE(api.remove(std::string(kConfigMaps) + "/a").status == 200);
  const auto first = [&](const std::string& query) { return names(api.get(kConfigMaps + query).body)[0]; };
  CHECK(first(then) == "b");
  CHECK(first(then + "&resourceVersionMatch=NotOlderThan&limit=2") == "b");
  CHECK(first(then + "&resourceVersionMatch=Exact") == "a");
  CHECK(first(then + "&limit=2") == "a");
  CHECK(first("?resourceVersion=0&limit=2") == "b");
  // As from kube-apiserver's cache, "0" knows no limit.
  CHECK(names(api.get(std::string(kConfigMaps) + "?resourceVersion=0&limit=2").body).size() == 4);
  const TestAnswer past = api.get(std::string(kConfigMaps) + "?resourceVersion=1&limit=2");
  CHECK(past.status == 410);
  CHECK(past.body["message"] == "The resourceVersion for the provided list is too old.");
}

TEST_CASE("versions and limits that are none are refused in Go's words") {
  TestApi api;
  const std::string path = kConfigMaps;
  CHECK(api.get(path + "?limit=abc").body["message"] == "strconv.ParseInt: parsing \"abc\": invalid syntax");
  CHECK(api.get(path + "?timeoutSeconds=abc").status == 400);
  CHECK(api.get(path + "?resourceVersion=abc").status == 400);
  CHECK(api.get(path + "?resourceVersion=99999999").status == 504);
  CHECK(api.get(path + "?resourceVersionMatch=Exact").status == 422);
  CHECK(api.get(path + "?resourceVersion=0&resourceVersionMatch=NotOlderThan").status == 200);
  CHECK(api.get(path + "?sendInitialEvents=true").status == 422);
  CHECK(api.get(path + "?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&"
                       "resourceVersion=99999999")
            .status == 504);
  CHECK(api.get(path + "?watch=1&resourceVersionMatch=Exact").body["details"]["causes"].size() == 2);
  CHECK(api.get(path + "?watch=1&resourceVersion=abc").status == 500);
}

TEST_CASE("a watch shows what is there and then what changes") {
  TestApi api;
  REQUIRE(api.post(kConfigMaps, config_map("a")).status == 201);
  const std::string path = kConfigMaps;
  const auto initial = watch(api, path + "?watch=1", 1);
  REQUIRE(initial.size() == 1);
  CHECK(initial[0]["type"] == "ADDED");
  const std::string from = initial[0]["object"]["metadata"]["resourceVersion"];
  REQUIRE(api.patch(path + "/a", {{"data", {{"a", "2"}}}}).status == 200);
  REQUIRE(api.remove(path + "/a").status == 200);
  const auto changes = watch(api, path + "?watch=1&resourceVersion=" + from, 1);
  REQUIRE(changes.size() == 2);
  CHECK(changes[0]["type"] == "MODIFIED");
  CHECK(changes[1]["type"] == "DELETED");
  CHECK(changes[1]["object"]["data"]["a"] == "2");
  CHECK(changes[1]["object"]["metadata"]["resourceVersion"] == std::to_string(api.store().revision()));
}

TEST_CASE("an object that comes to match a selector is added, one that ceases to is deleted") {
  TestApi api;
  const std::string path = kConfigMaps;
  const std::string from = api.get(kConfigMaps).body["metadata"]["resourceVersion"];
  REQUIRE(api.post(kConfigMaps, config_map("a")).status == 201);
  for (const char* value : {"yes", "no", "yes"}) {
    REQUIRE(api.patch(path + "/a", {{"metadata", {{"labels", {{"in", value}}}}}}).status == 200);
  }
  REQUIRE(api.remove(path + "/a").status == 200);
  Names types;
  for (const Json& event : watch(api, path + "?watch=1&labelSelector=in%3Dyes&resourceVersion=" + from, 1)) {
    types.push_back(event["type"]);
  }
  CHECK(types == Names{"ADDED", "DELETED", "ADDED", "DELETED"});
}

TEST_CASE("a version that is no longer known is told as an event of 410") {
  TestApi api;
  const auto events = watch(api, std::string(kConfigMaps) + "?watch=1&resourceVersion=1", 1);
  REQUIRE(events.size() == 1);
  CHECK(events[0]["type"] == "ERROR");
  CHECK(events[0]["object"]["code"] == 410);
  CHECK(events[0]["object"]["reason"] == "Expired");
}

TEST_CASE("a streaming list ends with a bookmark that says so") {
  TestApi api;
  REQUIRE(api.post(kConfigMaps, config_map("a")).status == 201);
  const auto events =
      watch(api,
            std::string(kConfigMaps) +
                "?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true",
            1);
  REQUIRE(events.size() == 2);
  CHECK(events[0]["type"] == "ADDED");
  CHECK(events[1]["type"] == "BOOKMARK");
  CHECK(events[1]["object"]["metadata"]["annotations"]["k8s.io/initial-events-end"] == "true");
}

TEST_CASE("what is there is told in pieces where it is much") {
  TestApi api;
  for (const char* name : {"a", "b", "c"})
    REQUIRE(api.post(kConfigMaps, config_map(name, {{"a", std::string(700'000, 'x')}})).status == 201);
  const std::string path = std::string(kConfigMaps) + "?watch=1";
  CHECK(watch(api, path, 1).size() == 2);
  CHECK(watch(api, path, 2).size() == 3);
}

TEST_CASE("tables have the columns of their kind, and rows as much of the object as asked") {
  TestApi api;
  REQUIRE(api.post(kCertificates, certificate("web")).status == 201);
  const std::string table = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
  const Json list = get_as(api, kCertificates, table).body;
  CHECK(list["kind"] == "Table");
  Names columns;
  for (const Json& column : list["columnDefinitions"]) columns.push_back(column["name"]);
  CHECK(columns == Names{"Name", "Ready", "Secret", "Issuer", "Status", "Expiration", "Age"});
  CHECK(list["rows"][0]["cells"] == Json::parse(R"(["web",null,"web-tls","ca",null,null,"0s"])"));
  CHECK(list["rows"][0]["object"]["kind"] == "PartialObjectMetadata");
  const std::string one = std::string(kCertificates) + "/web";
  CHECK(get_as(api, one + "?includeObject=None", table).body["rows"][0]["object"].is_null());
  CHECK(get_as(api, one + "?includeObject=Object", table).body["rows"][0]["object"]["kind"] == "Certificate");
  const auto events = watch(api, std::string(kCertificates) + "?watch=1", 1, table);
  CHECK(events[0]["object"]["rows"][0]["cells"][0] == "web");
}

TEST_CASE("metadata alone has no data in it") {
  TestApi api;
  REQUIRE(api.post(kSecrets, {{"metadata", {{"name", "s"}}}, {"stringData", {{"k", "v"}}}}).status == 201);
  const std::string partial = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io";
  const Json list = get_as(api, kSecrets, partial).body;
  CHECK(list["kind"] == "PartialObjectMetadataList");
  CHECK(list["items"][0]["metadata"]["name"] == "s");
  CHECK_FALSE(list["items"][0].contains("data"));
}

TEST_CASE("what cannot be answered in any wanted form is a 406") {
  TestApi api;
  for (const char* accept : {"text/html", "application/xml", "application/vnd.kubernetes.protobuf",
                             "application/json;as=Nonsense;v=v1;g=meta.k8s.io"}) {
    CHECK(get_as(api, kCertificates, accept).status == 406);
  }
  for (const char* accept : {"*/*", "application/*", "application/vnd.kubernetes.protobuf,application/json",
                             "text/html, application/json;q=0.5"}) {
    CHECK(get_as(api, kCertificates, accept).status == 200);
  }
}

TEST_CASE("who asks whether something is allowed is told") {
  TestApi api;
  const Json review{{"spec",
                     {{"user", "carol"},
                      {"groups", {"system:masters"}},
                      {"resourceAttributes", {{"verb", "get"}, {"resource", "secrets"}}}}}};
  const char* path = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
  CHECK(api.post(path, review).body["status"]["allowed"] == true);
  Json other = review;
  other["spec"]["groups"] = {"nobodies"};
  CHECK(api.post(path, other).body["status"]["allowed"] == false);
  CHECK(api.post(path, {{"spec", Json::object()}}).body["details"]["causes"].size() == 2);
  CHECK(api.get(path).status == 405);
  const Json self = api.post("/apis/authentication.k8s.io/v1/selfsubjectreviews", Json::object()).body;
  CHECK(self["status"]["userInfo"]["username"] == "system:apiserver");
}

}  // namespace cw::apiserver
