// A client over HTTP with a server in memory behind it. Tests only.
#pragma once

#include <catch2/catch.hpp>

#include "lib/acme/http_client.h"
#include "lib/http/header_lookup.h"
#include "tests/contract/fake_acme_wire.h"

namespace cw::acme::test {

inline constexpr TimePoint kNow{std::chrono::sys_days{std::chrono::year(2026) / 5 / 6}};

template <typename T>
T got(Answer<T> answer) {
  if (!answer) FAIL(answer.error().message);
  return std::move(answer).value();
}
template <typename T>
Failure failure_of(const Answer<T>& answer) {
  if (answer) FAIL("it should have failed");
  return answer.error();
}

inline OrderRequest order_for(const std::string& name) { return {.identifiers = {{"dns", name}}}; }

inline http::ClientResponse response(int status, const std::string& type, const std::string& body,
                                     http::Headers headers = {}) {
  headers.emplace_back("Content-Type", type);
  headers.emplace_back("Replay-Nonce", "told");
  return {.status = status, .body = body, .headers = std::move(headers)};
}

struct ClientGround {
  struct Record {
    std::string action, host, method, scheme;
    int status;
  };

  explicit ClientGround(contract::FakeAcmeOptions options = {}) : server(clock, std::move(options)) {}

  // With an account, unless told otherwise; records and requests begin behind that.
  std::unique_ptr<HttpAcmeClient> client(HttpAcmeClientOptions options = {}, bool registered = true) {
    if (options.server_url.empty()) options.server_url = contract::FakeAcmeWire::kDirectoryUrl;
    options.observe = [this](const RequestRecord& record) {
      records.push_back({std::string(record.action), std::string(record.host), std::string(record.method),
                         std::string(record.scheme), record.status});
    };
    options.steady_now = [this] { return steady; };
    options.pause = [this](std::chrono::milliseconds time) { paused += time; };
    auto made = HttpAcmeClient::create(std::move(options), key, wire, clock);
    if (!made) FAIL(made.error().message);
    auto client = *std::move(made);
    if (registered) {
      got(client->register_account({}));
      records.clear();
      wire->forget_requests();
    }
    return client;
  }

  // The next `times` requests to that URL, or to those below it, are answered so.
  void answer(const std::string& url_part, const Result<http::ClientResponse>& told, int times = 1) {
    auto left = std::make_shared<int>(times);
    wire->intercept([=](const http::FetchRequest& request) -> std::optional<Result<http::ClientResponse>> {
      if (request.url.find(url_part) == std::string::npos || *left == 0) return std::nullopt;
      --*left;
      return told;
    });
  }

  ManualClock clock{kNow};
  SteadyTime steady{std::chrono::hours(1)};
  std::chrono::milliseconds paused{0};
  std::vector<Record> records;
  pki::PrivateKey key = *pki::PrivateKey::generate({pki::KeyAlgorithm::Ecdsa, 256});
  contract::FakeAcme server;
  std::shared_ptr<contract::FakeAcmeWire> wire = std::make_shared<contract::FakeAcmeWire>(server);
};

}  // namespace cw::acme::test
