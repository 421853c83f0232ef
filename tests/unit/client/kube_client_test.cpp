// What the client does with answers that no good server gives, or rarely. That it works with good ones is
// tested by tests/contract.
#include "lib/client/kube_client.h"

#include <atomic>
#include <thread>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/unit/client/script.h"

using namespace cw;                 // tests only
using namespace cw::client;         // tests only
using namespace cw::client::tests;  // tests only

TEST_CASE("refusals become codes by their status and reason") {
  CHECK(code_of_get(refusal(404, "NotFound")) == Code::NotFound);
  CHECK(code_of_get(refusal(409, "Conflict")) == Code::Conflict);
  CHECK(code_of_get(refusal(409, "AlreadyExists")) == Code::AlreadyExists);
  CHECK(code_of_get(refusal(403, "Forbidden")) == Code::Forbidden);
  CHECK(code_of_get(refusal(410, "Expired")) == Code::Gone);
  CHECK(code_of_get(refusal(422, "Invalid")) == Code::Invalid);
  CHECK(code_of_get(refusal(503, "ServiceUnavailable")) == Code::Unavailable);
  CHECK(code_of_get({.status = 404, .body = "<html>"}) == Code::NotFound);
  CHECK(code_of_get({.status = 200, .body = "<html>"}) == Code::Unavailable);
  CHECK(code_of_get({.status = 302, .body = ""}) != Code::NotFound);
}

TEST_CASE("a request carries prefix, user agent, field manager and dry run") {
  Script script({{.body = "{}"}});
  REQUIRE(script.client().create(kThings, {{"metadata", {{"namespace", "ns"}}}},
                                 {.field_manager = "me", .dry_run = true}));
  const http::Request asked = script.asked().front();
  CHECK(asked.target == "/prefix/apis/example.com/v1/namespaces/ns/things?fieldManager=me&dryRun=All");
  CHECK(asked.header("User-Agent") == "certwright-test");
  CHECK(asked.header("Content-Type") == "application/json");
}

TEST_CASE("a merge patch says that it is one, and a delete carries its conditions") {
  Script script({{.body = "{}"}});
  REQUIRE(script.client().merge_patch(kThings, {"ns", "a"}, kube::Part::Status, {{"status", {}}}));
  REQUIRE(script.client().remove(kThings, {"ns", "a"}, {.uid = "u", .resource_version = "5"}));
  const auto asked = script.asked();
  CHECK(asked[0].method == "PATCH");
  CHECK(asked[0].path.ends_with("/things/a/status"));
  CHECK(asked[0].header("Content-Type") == "application/merge-patch+json");
  CHECK(asked[1].method == "DELETE");
  CHECK(Json::parse(asked[1].body)["preconditions"] == Json{{"uid", "u"}, {"resourceVersion", "5"}});
}

TEST_CASE("no request is made for what cannot be a name") {
  Script script({{.body = "{}"}});
  CHECK_FALSE(script.client().remove(kThings, kNoKey));
  CHECK_FALSE(script.client().remove(kThings, {"ns", ".."}));
  CHECK_FALSE(script.client().update(kThings, kube::Part::Object, Json::array()));
  CHECK(script.asked().empty());
}

TEST_CASE("pages are put together") {
  Script script({page({"a", "b"}, "next&one"), page({"c"}, "")});
  const auto list = script.client().list(kThings, {});
  REQUIRE(list);
  CHECK(list->items.size() == 3);
  CHECK(list->resource_version == "7");
  CHECK(list->items[0]["kind"] == "Thing");
  CHECK(script.asked()[1].parameter("continue") == "next&one");
}

TEST_CASE("a list begins anew when the server has forgotten its pages") {
  Script script({page({"a"}, "next"), refusal(410, "Expired"), page({"b"}, "")});
  const auto list = script.client().list(kThings, {});
  REQUIRE(list);
  REQUIRE(list->items.size() == 1);
  CHECK(list->items[0]["metadata"]["name"] == "b");
}

TEST_CASE("what is no list is Unavailable") {
  for (const char* bad : {"[]", "{}", "1", "{\"items\":{}}", "{\"items\":[1]}", "", "nonsense"}) {
    Script script({{.body = bad}});
    const auto list = script.client().list(kThings, {});
    REQUIRE_FALSE(list);
    CHECK(list.error().code == Code::Unavailable);
  }
  Script empty({{.body = R"({"items":null,"metadata":{"resourceVersion":"1"}})"}});
  CHECK(empty.client().list(kThings, {})->items.empty());
}

TEST_CASE("what was refused for load is asked again") {
  Script script({refusal(429, "TooManyRequests"), refusal(429, "TooManyRequests"), {.body = "{}"}});
  CHECK(script.client().create(kThings, Json::object()));
  CHECK(script.asked().size() == 3);
  Script busy({refusal(429, "TooManyRequests")});
  const auto refused = busy.client().create(kThings, Json::object());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Code::Unavailable);
  CHECK(busy.asked().size() == 4);
}

TEST_CASE("metadata is all that is kept when only that was asked for") {
  Script script(
      {{.body = R"({"metadata":{},"items":[{"kind":"Secret","metadata":{"name":"a"},"data":{"k":"v"}}]})"}});
  kube::ListOptions options;
  options.metadata_only = true;
  const auto list = script.client().list(kThings, options);
  REQUIRE(list);
  CHECK_FALSE(list->items.at(0).contains("data"));
  CHECK(list->items.at(0)["kind"] == "PartialObjectMetadata");
  CHECK(script.asked()[0].header("Accept").find("PartialObjectMetadataList") != std::string_view::npos);
}

TEST_CASE("a watch takes events and passes over kinds of event that it does not know") {
  std::vector<std::string> seen;
  CHECK(watch(stream_of(R"({"type":"ADDED","object":{"metadata":{"name":"a"}}}
{"type":"FUTURE","object":{"metadata":{"name":"b"}}}
{"type":"DELETED","object":{"metadata":{"name":"c"}}}
)"),
              seen));
  CHECK(seen == std::vector<std::string>{"a", "c"});
}

TEST_CASE("a watch that is too old is Gone, told by status or by event") {
  std::vector<std::string> seen;
  const Status by_status = watch(refusal(410, "Expired"), seen);
  REQUIRE_FALSE(by_status);
  CHECK(by_status.error().code == Code::Gone);
  const Status by_event = watch(
      stream_of(R"({"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"old"}})"
                "\n"),
      seen);
  REQUIRE_FALSE(by_event);
  CHECK(by_event.error().code == Code::Gone);
}

TEST_CASE("a watch of nonsense is Unavailable and ends") {
  for (const char* bad : {"nonsense\n", "[]\n", "{}\n", "{\"type\":1,\"object\":{}}\n",
                          "{\"type\":\"ADDED\",\"object\":[]}\n", "{\"type\":\"ADDED\"}\n"}) {
    std::vector<std::string> seen;
    const Status ended = watch(stream_of(bad), seen);
    REQUIRE_FALSE(ended);
    CHECK(ended.error().code == Code::Unavailable);
    CHECK(seen.empty());
  }
}

TEST_CASE("items go one by one to who wants them so, with the version of their list") {
  Script script({page({"a", "b"}, "more"), page({"c"}, "")});
  std::vector<std::string> seen;
  kube::ListOptions options;
  options.each = [&](const std::string& version, Json&& item) {
    seen.push_back(version + item["metadata"]["name"].get<std::string>());
  };
  const auto list = script.client().list(kThings, options);
  REQUIRE(list);
  CHECK(list->items.empty());
  CHECK(list->resource_version == "7");
  CHECK(seen == std::vector<std::string>{"7a", "7b", "7c"});
}

TEST_CASE("a watch leaves out what the caller knows, but no deletion") {
  const std::string lines = R"({"type":"MODIFIED","object":{"metadata":{"name":"a","resourceVersion":"5"}}})"
                            "\n"
                            R"({"type":"DELETED","object":{"metadata":{"name":"a","resourceVersion":"5"}}})"
                            "\n"
                            R"({"type":"ADDED","object":{"metadata":{"name":"b","resourceVersion":"6"}}})"
                            "\n";
  Script script({stream_of(lines)});
  kube::WatchOptions options;
  options.resource_version = "1";
  options.is_known = [](const kube::ObjectKey& key, std::uint64_t version) {
    return key.name == "a" && version == 5;
  };
  std::vector<std::string> seen;
  REQUIRE(script.client().watch(kThings, options,
                                [&](kube::WatchEventKind kind, Json&& object) {
                                  seen.push_back(object["metadata"]["name"].get<std::string>() +
                                                 (kind == kube::WatchEventKind::Deleted ? " gone" : ""));
                                },
                                {}));
  CHECK(seen == std::vector<std::string>{"a gone", "b"});
}
