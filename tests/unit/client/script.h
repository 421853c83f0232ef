// Script: a server that answers by heart, and a client of it.
#pragma once

#include <algorithm>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "lib/client/kube_client.h"
#include "lib/http/server.h"

namespace cw::client::tests {

using kube::Json;

inline constexpr kube::Resource kThings{"example.com", "v1", "things", "Thing"};
inline const kube::ObjectKey kNoKey{};

// A server that gives one answer after the other, the last for ever, and remembers what it was asked.
class Script {
 public:
  explicit Script(std::vector<http::Response> answers, std::optional<RateLimit> rate = {})
      : answers_(std::move(answers)), server_({}, handler()) {
    const auto port = server_.start();
    if (!port) FAIL(port.error().message);
    ClusterAccess access;
    access.http.base_url = "http://127.0.0.1:" + std::to_string(*port);
    access.path_prefix = "/prefix";
    KubeClientOptions options{.user_agent = "certwright-test"};
    options.retry.first_pause = std::chrono::milliseconds(0);
    options.retry.longest_pause = std::chrono::milliseconds(0);
    options.rate = rate;
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

inline http::Response refusal(int status, const std::string& reason) {
  const Json body = {{"kind", "Status"}, {"apiVersion", "v1"}, {"status", "Failure"},
                     {"reason", reason}, {"code", status},     {"message", reason + " it is"}};
  return {.status = status, .body = body.dump()};
}

inline http::Response page(const std::vector<std::string>& names, const std::string& next) {
  Json items = Json::array();
  for (const std::string& name : names) items.push_back({{"metadata", {{"name", name}}}});
  return {.body =
              Json({{"metadata", {{"resourceVersion", "7"}, {"continue", next}}}, {"items", items}}).dump()};
}

inline http::Response stream_of(const std::string& lines) {
  return {.stream = [lines](const http::StreamWriter& write) { write(lines); }};
}

inline Code code_of_get(const http::Response& answer) {
  Script script({answer});
  const auto found = script.client().get(kThings, {"ns", "a"});
  REQUIRE_FALSE(found);
  return found.error().code;
}

inline Status watch(const http::Response& answer, std::vector<std::string>& seen) {
  Script script({answer});
  return script.client().watch(
      kThings, {},
      [&](kube::WatchEventKind, Json&& object) { seen.push_back(object["metadata"].value("name", "")); }, {});
}

}  // namespace cw::client::tests
