// The listener of TLS-ALPN-01 and the question to it.
#include "lib/http/acme_tls.h"

#include "tests/unit/http/test_server.h"

using namespace cw::http;
using namespace cw::http::test;
using namespace std::chrono_literals;

namespace {

struct Shown {
  TestCa ca;
  std::shared_ptr<TlsIdentity> identity = ca.identity();
  AcmeTlsServer server;
  int port = 0;

  explicit Shown(AcmeTlsOptions options = {})
      : server(with_loopback(std::move(options)),
               [this](const std::string& name) { return name == "www.example.com" ? identity : nullptr; }) {
    const auto started = server.start();
    if (!started) FAIL(started.error().message);
    port = *started;
  }
  static AcmeTlsOptions with_loopback(AcmeTlsOptions options) {
    options.address = "127.0.0.1";
    return options;
  }
  cw::Result<std::string> ask(const std::string& name, std::chrono::milliseconds timeout = 30s) const {
    return ask_acme_tls({.address = "127.0.0.1", .port = port, .server_name = name, .timeout = timeout});
  }
};

}  // namespace

TEST_CASE("the certificate of the asked name is shown, in any case of letters, and no other") {
  const Shown shown;
  const auto leaf = shown.ask("www.example.com");
  if (!leaf) FAIL(leaf.error().message);
  CHECK(leaf->size() > 100);
  CHECK(*shown.ask("WWW.Example.com") == *leaf);
  CHECK_FALSE(shown.ask("other.example.com"));
  CHECK_FALSE(shown.ask(""));
}

TEST_CASE("a client that offers http/1.1 or nothing at all is turned away") {
  const Shown shown;
  auto web = make_client({.base_url = "https://127.0.0.1:" + std::to_string(shown.port),
                          .skip_verification = true,
                          .server_name = "www.example.com",
                          .timeout = 30s});
  const auto answer = web->send({});
  REQUIRE_FALSE(answer);
  CHECK(answer.error().message.find("TLS handshake") != std::string::npos);
  RawPeer plain(shown.port);
  plain.send("GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n");
  CHECK(plain.read_answer().find("HTTP/") == std::string::npos);
  CHECK(shown.ask("www.example.com"));
}

TEST_CASE("a server of another protocol is no answer to the question") {
  const TestCa ca;
  const TestServer web({.tls = ca.identity()});
  CHECK_FALSE(ask_acme_tls({.address = "127.0.0.1", .port = web.port(), .server_name = "x", .timeout = 5s}));
  const TestServer plain;
  CHECK_FALSE(
      ask_acme_tls({.address = "127.0.0.1", .port = plain.port(), .server_name = "x", .timeout = 5s}));
}

TEST_CASE("peers that say nothing cost their patience only, and no room for ever") {
  const Shown shown({.max_connections = 2, .patience = 3s});
  const RawPeer one(shown.port);
  const RawPeer two(shown.port);
  const RawPeer three(shown.port);
  CHECK(shown.ask("www.example.com"));
}

TEST_CASE("it stops with peers under way, and starts no second time on a taken port") {
  Shown shown;
  const RawPeer peer(shown.port);
  AcmeTlsServer second({.address = "127.0.0.1", .port = shown.port},
                       [](const std::string&) -> std::shared_ptr<const TlsIdentity> { return nullptr; });
  CHECK_FALSE(second.start());
  shown.server.stop();
  CHECK_FALSE(shown.ask("www.example.com", 500ms));
}
