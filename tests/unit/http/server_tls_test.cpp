#include <future>
#include <optional>
#include <vector>

#include "tests/unit/http/test_server.h"

using namespace cw::http;
using namespace cw::http::test;
using std::chrono::milliseconds;

namespace {

// Says who the peer is.
Response who(const Request& request) {
  if (!request.peer) return {.content_type = "text/plain", .body = "nobody"};
  std::string text = request.peer->common_name;
  for (const std::string& group : request.peer->organizations) text += "," + group;
  for (const std::string& name : request.peer->dns_names) text += "," + name;
  return {.content_type = "text/plain", .body = text};
}

ClientOptions client_options(const TestServer& server, const TestCa& ca, const PemPair& pair = {}) {
  return {.base_url = server.url(),
          .ca_pem = ca.pem(),
          .certificate_pem = pair.certificate,
          .private_key_pem = pair.key};
}

std::string body_for(const ClientOptions& options) {
  auto answer = make_client(options)->send({.target = "/a"});
  return answer ? answer->body : "failed: " + answer.error().message;
}

std::string shown_name(const TestServer& server, const TestCa& ca) {
  const auto tls = make_client_tls({.ca_pem = ca.pem()});
  const RawPeer peer(server.port(), *tls);
  const X509Handle shown(SSL_get1_peer_certificate(const_cast<RawPeer&>(peer).transport().tls()));
  std::array<char, 100> name{};
  X509_NAME_get_text_by_NID(X509_get_subject_name(shown.get()), NID_commonName, name.data(), name.size());
  return name.data();
}

}  // namespace

TEST_CASE("a client certificate of the client CA says who the peer is") {
  const TestCa ca;
  const TestServer server({.tls = ca.identity(), .client_ca_pem = ca.pem()}, who);
  CHECK(body_for(client_options(server, ca, ca.client("anna", {"admins", "people"}))) ==
        "anna,admins,people,client.test");
  CHECK(body_for(client_options(server, ca)) == "nobody");
}

TEST_CASE("a certificate of another CA gives no identity, or no connection where one is required") {
  const TestCa ca;
  const TestCa other("other-ca");
  const TestCa namesake;  // the same name, another key
  for (const TestCa* issuer : {&other, &namesake}) {
    const TestServer lenient({.tls = ca.identity(), .client_ca_pem = ca.pem()}, who);
    CHECK(body_for(client_options(lenient, ca, issuer->client("anna", {"admins"}))) == "nobody");
    const TestServer strict(
        {.tls = ca.identity(), .client_ca_pem = ca.pem(), .require_client_certificate = true}, who);
    CHECK(body_for(client_options(strict, ca, issuer->client("anna", {}))).starts_with("failed"));
    CHECK(body_for(client_options(strict, ca)).starts_with("failed"));
    CHECK(body_for(client_options(strict, ca, ca.client("anna", {}))).starts_with("anna"));
  }
}

TEST_CASE("a server's certificate is no client certificate") {
  const TestCa ca;
  const TestServer server({.tls = ca.identity(), .client_ca_pem = ca.pem()}, who);
  CHECK(body_for(client_options(server, ca, ca.server("anna"))) == "nobody");
}

TEST_CASE("without a client CA certificates are not asked for") {
  const TestCa ca;
  const TestServer server({.tls = ca.identity()}, who);
  CHECK(body_for(client_options(server, ca, ca.client("anna", {}))) == "nobody");
}

TEST_CASE("connections made after a replacement see the new certificate, old ones live on") {
  const TestCa ca;
  const auto identity = ca.identity();
  const TestServer server({.tls = identity}, who);
  const auto tls = make_client_tls({.ca_pem = ca.pem()});
  RawPeer old(server.port(), *tls);
  CHECK(shown_name(server, ca) == "server");
  const PemPair next = ca.server("next");
  REQUIRE(identity->replace(next.certificate, next.key));
  CHECK(shown_name(server, ca) == "next");
  old.send(kGet);
  CHECK(status_of(old.read_answer()) == 200);
}

TEST_CASE("a server without a certificate serves as soon as it has one") {
  const TestCa ca;
  const auto identity = TlsIdentity::empty();
  const TestServer server({.tls = identity}, who);
  CHECK(body_for(client_options(server, ca)).starts_with("failed"));
  const PemPair pair = ca.server();
  REQUIRE(identity->replace(pair.certificate, pair.key));
  CHECK(body_for(client_options(server, ca)) == "nobody");
}

TEST_CASE("a handshake that goes no further is given up, and others are served meanwhile") {
  const TestCa ca;
  // Long enough for a handshake that does go on, on a busy machine.
  const TestServer server({.tls = ca.identity(), .read_timeout = milliseconds(3000)}, who);
  std::vector<RawPeer> silent;
  for (int i = 0; i < 50; ++i) silent.emplace_back(server.port());
  RawPeer half = server.peer();
  half.send("\x16\x03\x01\x02");
  CHECK(body_for(client_options(server, ca)) == "nobody");
  CHECK(half.is_closed());
  for (RawPeer& peer : silent) CHECK(peer.is_closed());
}

TEST_CASE("a peer that speaks no TLS is dropped") {
  const TestCa ca;
  const TestServer server({.tls = ca.identity()}, who);
  RawPeer peer = server.peer();
  peer.send(kGet);
  CHECK(status_of(peer.read_to_end()) == 0);
  CHECK(body_for(client_options(server, ca)) == "nobody");
}

TEST_CASE("limits hold through TLS too") {
  const TestCa ca;
  const TestServer server({.tls = ca.identity(), .max_body = 1000}, who);
  const auto tls = make_client_tls({.ca_pem = ca.pem()});
  RawPeer peer(server.port(), *tls);
  peer.send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n" + std::string(1000000, 'x'));
  CHECK(status_of(peer.read_answer()) == 413);
}

TEST_CASE("pipelined requests in one TLS record are all answered") {
  const TestCa ca;
  const TestServer server({.tls = ca.identity()});
  const auto tls = make_client_tls({.ca_pem = ca.pem()});
  RawPeer peer(server.port(), *tls);
  peer.send(kGet + kGet + kGet);
  for (int i = 0; i < 3; ++i) CHECK(status_of(peer.read_answer()) == 200);
}

TEST_CASE("old TLS versions and weak suites are not spoken") {
  const TestCa ca;
  const TestServer server({.tls = ca.identity()}, who);
  const auto outcome_of = [&](auto&& configure) {
    const auto tls = make_client_tls({.ca_pem = ca.pem()});
    SslHandle session = tls->new_session("localhost");
    configure(session.get());
    const auto soon = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    Transport transport(std::move(connect_to("127.0.0.1", server.port(), soon, -1)).value(),
                        std::move(session));
    for (;;) {
      const auto outcome = transport.handshake();
      if (awaited_event(outcome) == 0) return outcome;
      wait_for(transport.fd(), awaited_event(outcome), soon, -1);
    }
  };
  CHECK(outcome_of([](SSL*) {}) == Transport::Outcome::Done);
  CHECK(outcome_of([](SSL* session) {
          SSL_set_security_level(session, 0);
          SSL_set_min_proto_version(session, TLS1_VERSION);
          SSL_set_max_proto_version(session, TLS1_1_VERSION);
        }) == Transport::Outcome::Closed);
  CHECK(outcome_of([](SSL* session) {
          SSL_set_max_proto_version(session, TLS1_2_VERSION);
          SSL_set_cipher_list(session, "ECDHE-ECDSA-AES128-SHA");
        }) == Transport::Outcome::Closed);
  CHECK(outcome_of([](SSL* session) { SSL_set_max_proto_version(session, TLS1_2_VERSION); }) ==
        Transport::Outcome::Done);
}

TEST_CASE("settings that are nonsense are an error when the server starts") {
  const TestCa ca;
  auto identity = ca.identity();
  Server no_ca({.tls = identity, .client_ca_pem = "nonsense"}, who);
  CHECK_FALSE(no_ca.start());
  identity->cipher_suites = {"NONSENSE"};
  Server no_suite({.tls = identity}, who);
  CHECK_FALSE(no_suite.start());
}
