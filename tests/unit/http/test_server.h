// A Server on a free port of the loopback, for one test.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include <catch2/catch.hpp>

#include "lib/http/client.h"
#include "lib/http/server.h"
#include "tests/unit/http/raw_peer.h"
#include "tests/unit/http/test_tls.h"

namespace cw::http::test {

// Says what it was asked.
inline Response echo(const Request& request) {
  return {.content_type = "text/plain", .body = request.method + " " + request.path + " " + request.body};
}

class TestServer {
 public:
  explicit TestServer(ServerOptions options = {}, Handler handler = echo)
      : tls_(options.tls != nullptr), server_(std::move(options), std::move(handler)) {
    auto started = server_.start();
    if (!started) FAIL(started.error().message);
    port_ = *started;
  }

  int port() const { return port_; }
  std::string url() const {
    return (tls_ ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(port_);
  }
  Server& server() { return server_; }
  RawPeer peer() const { return RawPeer(port_); }

  // The answer to one request on a connection of its own.
  std::string ask(std::string_view request) const {
    RawPeer peer(port_);
    peer.send(request);
    return peer.read_answer();
  }

 private:
  bool tls_;
  Server server_;
  int port_ = 0;
};

inline std::unique_ptr<Client> make_client(ClientOptions options) {
  auto client = Client::create(std::move(options));
  if (!client) FAIL(client.error().message);
  return std::move(client).value();
}

inline std::unique_ptr<ClientTls> make_client_tls(ClientTlsSettings settings) {
  auto tls = ClientTls::create(std::move(settings));
  if (!tls) FAIL(tls.error().message);
  return std::move(tls).value();
}

inline const std::string kGet = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";

}  // namespace cw::http::test
