// The cap of connections of one peer. Loopback has many addresses, so one machine can be several peers.
#include <chrono>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "lib/http/peer_address.h"
#include "tests/unit/http/test_server.h"

using namespace cw::http;
using namespace cw::http::test;
using std::chrono::milliseconds;

namespace {

sockaddr_storage address_of(const char* text) {
  sockaddr_storage address{};
  auto& ipv4 = reinterpret_cast<sockaddr_in&>(address);
  auto& ipv6 = reinterpret_cast<sockaddr_in6&>(address);
  if (::inet_pton(AF_INET, text, &ipv4.sin_addr) == 1) {
    address.ss_family = AF_INET;
  } else if (::inet_pton(AF_INET6, text, &ipv6.sin6_addr) == 1) {
    address.ss_family = AF_INET6;
  }
  return address;
}

bool same_peer(const char* one, const char* other) {
  const PeerAddress first(address_of(one));
  const PeerAddress second(address_of(other));
  const bool same = first == second;
  if (same) CHECK(PeerAddress::Hash()(first) == PeerAddress::Hash()(second));
  return same;
}

constexpr const char* kNeighbour = "127.0.0.2";

std::vector<RawPeer> answered_peers(const TestServer& server, int count) {
  std::vector<RawPeer> peers;
  for (int i = 0; i < count; ++i) {
    peers.emplace_back(server.port());
    peers.back().send(kGet);
    REQUIRE(status_of(peers.back().read_answer()) == 200);
  }
  return peers;
}

}  // namespace

TEST_CASE("a peer is one IPv4 address or one IPv6 /64") {
  CHECK(same_peer("192.0.2.1", "192.0.2.1"));
  CHECK_FALSE(same_peer("192.0.2.1", "192.0.2.2"));
  CHECK(same_peer("192.0.2.1", "::ffff:192.0.2.1"));
  CHECK(same_peer("2001:db8::1", "2001:db8::ffff:ffff:ffff:ffff"));
  CHECK_FALSE(same_peer("2001:db8::1", "2001:db8:0:1::1"));
  CHECK_FALSE(same_peer("0.0.0.0", "::1"));
}

TEST_CASE("a connection over its peer's cap is closed at once, and nobody else notices") {
  const TestServer server({.max_connections_per_peer = 3});
  std::vector<RawPeer> peers = answered_peers(server, 3);
  for (int i = 0; i < 10; ++i) CHECK(server.peer().is_closed());
  RawPeer neighbour(server.port(), kNeighbour);
  neighbour.send(kGet);
  CHECK(status_of(neighbour.read_answer()) == 200);
  for (RawPeer& peer : peers) {
    peer.send(kGet);
    CHECK(status_of(peer.read_answer()) == 200);
  }
}

TEST_CASE("a peer that sees its connection closed may come again at once") {
  const TestServer server({.max_connections_per_peer = 1});
  for (int i = 0; i < 200; ++i) {
    RawPeer peer = server.peer();
    REQUIRE(peer.send("GET /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"));
    REQUIRE(status_of(peer.read_to_end()) == 200);
  }
}

TEST_CASE("a peer over its cap costs nobody an idle connection, even when there is no room") {
  const TestServer server({.max_connections = 3, .max_connections_per_peer = 2});
  std::vector<RawPeer> peers = answered_peers(server, 2);
  RawPeer neighbour(server.port(), kNeighbour);
  neighbour.send(kGet);
  REQUIRE(status_of(neighbour.read_answer()) == 200);
  for (int i = 0; i < 10; ++i) CHECK(server.peer().is_closed());
  neighbour.send(kGet);
  CHECK(status_of(neighbour.read_answer()) == 200);
  for (RawPeer& peer : peers) {
    peer.send(kGet);
    CHECK(status_of(peer.read_answer()) == 200);
  }
}

TEST_CASE("room is made at the cost of the peer that has the most connections") {
  const TestServer server({.max_connections = 4});
  RawPeer neighbour(server.port(), kNeighbour);
  neighbour.send(kGet);
  REQUIRE(status_of(neighbour.read_answer()) == 200);
  const std::vector<RawPeer> peers = answered_peers(server, 3);
  // An answer has left before its connection counts as idle; on a busy machine that takes a while.
  std::this_thread::sleep_for(milliseconds(1000));
  for (int i = 0; i < 10; ++i) CHECK(status_of(server.ask(kGet)) == 200);
  neighbour.send(kGet);
  CHECK(status_of(neighbour.read_answer()) == 200);
}

TEST_CASE("a cap of 0 is none") {
  const TestServer server({.max_connections_per_peer = 0});
  answered_peers(server, 20);
}
