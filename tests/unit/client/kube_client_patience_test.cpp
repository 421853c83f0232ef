// Streamed lists, requests that are held back, and a client that is stopped.
#include <atomic>
#include <thread>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "lib/client/kube_client.h"
#include "tests/unit/client/script.h"

using namespace cw;                 // tests only
using namespace cw::client;         // tests only
using namespace cw::client::tests;  // tests only

TEST_CASE("a list is streamed if that was asked for") {
  Script script({stream_of(R"({"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"7","annotations":)"
                           R"({"k8s.io/initial-events-end":"true"}}}})"
                           "\n")});
  kube::WatchOptions options;
  options.metadata_only = true;
  options.send_initial_events = true;
  std::vector<Json> seen;
  CHECK(script.client().watch(
      kThings, options, [&](kube::WatchEventKind, Json&& object) { seen.push_back(std::move(object)); }, {}));
  const http::Request asked = script.asked().front();
  CHECK(asked.parameter("sendInitialEvents") == "true");
  CHECK(asked.parameter("resourceVersionMatch") == "NotOlderThan");
  CHECK(asked.parameter("allowWatchBookmarks") == "true");
  CHECK(asked.parameter("resourceVersion").empty());
  REQUIRE(seen.size() == 1);
  CHECK(seen[0]["metadata"]["annotations"]["k8s.io/initial-events-end"] == "true");
}

TEST_CASE("a server that cannot stream lists is Invalid or Internal, by status or by event") {
  std::vector<std::string> seen;
  const Status by_status = watch(refusal(422, "Invalid"), seen);
  REQUIRE_FALSE(by_status);
  CHECK(by_status.error().code == Code::Invalid);
  const Status by_event =
      watch(stream_of(R"({"type":"ERROR","object":{"kind":"Status","code":500,"reason":"InternalError"}})"
                      "\n"),
            seen);
  REQUIRE_FALSE(by_event);
  CHECK(by_event.error().code == Code::Internal);
}

// How long five requests took that a bucket of one token and five a second lets through in 800 ms.
std::chrono::steady_clock::duration time_of_five(Script& script) {
  const auto begun = std::chrono::steady_clock::now();
  for (int i = 0; i < 5; ++i) CHECK(script.client().get(kThings, {"ns", "a"}));
  return std::chrono::steady_clock::now() - begun;
}

TEST_CASE("requests are held back, but not from a server with priority and fairness") {
  constexpr RateLimit kSlow{.per_second = 5, .burst = 1};
  Script unfair({{.body = "{}"}}, kSlow);
  CHECK(time_of_five(unfair) >= std::chrono::milliseconds(800));
  // One request in an hour: if it were held back, this test would not end.
  Script fair({{.body = "{}", .headers = {{"X-Kubernetes-PF-FlowSchema-UID", "u"}}}},
              RateLimit{.per_second = 1.0 / 3600, .burst = 1});
  time_of_five(fair);
  Script unlimited({{.body = "{}"}});
  time_of_five(unlimited);
}

TEST_CASE("a client that is stopped waits for nothing") {
  std::atomic<bool> asked{false};
  std::atomic<bool> over{false};
  http::Server server({}, [&](const http::Request&) -> http::Response {
    asked = true;
    asked.notify_all();
    over.wait(false);
    return {.body = "{}"};
  });
  const auto port = server.start();
  REQUIRE(port);
  ClusterAccess access;
  access.http.base_url = "http://127.0.0.1:" + std::to_string(*port);
  const auto client = HttpKubeClient::create(std::move(access));
  REQUIRE(client);
  std::jthread stopper([&] {
    asked.wait(false);
    (*client)->stop();
  });
  const auto under_way = (*client)->get(kThings, {"ns", "a"});
  REQUIRE_FALSE(under_way);
  CHECK(under_way.error().code == Code::Unavailable);
  const auto later = (*client)->get(kThings, {"ns", "a"});
  REQUIRE_FALSE(later);
  CHECK(later.error().code == Code::Unavailable);
  over = true;
  over.notify_all();
}

TEST_CASE("a client that is stopped does not wait for its turn, nor to try again") {
  Script script({refusal(429, "TooManyRequests")}, RateLimit{.per_second = 1.0 / 3600, .burst = 1});
  std::jthread stopper([&] {
    while (script.asked().empty()) std::this_thread::yield();
    script.client().stop();
  });
  CHECK_FALSE(script.client().get(kThings, {"ns", "a"}));
  CHECK(script.asked().size() == 1);
}
