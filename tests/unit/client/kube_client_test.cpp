// What the client does with answers that no good server gives, or rarely. That it works with good ones is
// tested by tests/contract.
#include "lib/client/kube_client.h"

#include <mutex>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "lib/http/server.h"

using namespace cw;
using namespace cw::client;
using kube::Json;

namespace {

constexpr kube::Resource kThings{"example.com", "v1", "things", "Thing"};
constexpr kube::ObjectKey kNoKey{};

// A server that gives one answer after the other, the last for ever, and remembers what it was asked.
class Script {
 public:
  explicit Script(std::vector<http::Response> answers)
      : answers_(std::move(answers)), server_({}, handler()) {
    const auto port = server_.start();
    if (!port) FAIL(port.error().message);
    ClusterAccess access;
    access.http.base_url = "http://127.0.0.1:" + std::to_string(*port);
    access.path_prefix = "/prefix";
    KubeClientOptions options{.user_agent = "certwright-test"};
    options.retry.first_pause = std::chrono::milliseconds(0);
    options.retry.longest_pause = std::chrono::milliseconds(0);
    auto made = HttpKubeClient::create(std::move(access), options);
    if (!made) FAIL(made.error().message);
    client_ = std::move(made).value();
  }

  HttpKubeClient& client() { return *client_; }
  std::vector<http::Request> asked() {
    const std::lock_guard lock(mutex_);
    return asked_;
  }

 private:
  http::Handler handler() {
    return [this](const http::Request& request) {
      const std::lock_guard lock(mutex_);
      asked_.push_back(request);
      return answers_[std::min(asked_.size(), answers_.size()) - 1];
    };
  }

  std::mutex mutex_;
  std::vector<http::Response> answers_;
  std::vector<http::Request> asked_;
  http::Server server_;
  std::unique_ptr<HttpKubeClient> client_;
};

http::Response refusal(int status, const std::string& reason) {
  const Json body = {{"kind", "Status"}, {"apiVersion", "v1"}, {"status", "Failure"},
                     {"reason", reason}, {"code", status},     {"message", reason + " it is"}};
  return {.status = status, .body = body.dump()};
}

http::Response page(const std::vector<std::string>& names, const std::string& next) {
  Json items = Json::array();
  for (const std::string& name : names) items.push_back({{"metadata", {{"name", name}}}});
  return {.body =
              Json({{"metadata", {{"resourceVersion", "7"}, {"continue", next}}}, {"items", items}}).dump()};
}

http::Response stream_of(const std::string& lines) {
  return {.stream = [lines](const http::StreamWriter& write) { write(lines); }};
}

Code code_of_get(const http::Response& answer) {
  Script script({answer});
  const auto found = script.client().get(kThings, {"ns", "a"});
  REQUIRE_FALSE(found);
  return found.error().code;
}

Status watch(const http::Response& answer, std::vector<std::string>& seen) {
  Script script({answer});
  return script.client().watch(
      kThings, {},
      [&](kube::WatchEventKind, Json&& object) { seen.push_back(object["metadata"].value("name", "")); }, {});
}

}  // namespace

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
