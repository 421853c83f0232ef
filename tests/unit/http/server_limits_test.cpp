// Hostile peers: each limit of ServerOptions, and that others are served meanwhile.
#include <chrono>
#include <thread>
#include <vector>

#include "tests/unit/http/test_server.h"

using namespace cw::http;
using namespace cw::http::test;
using std::chrono::milliseconds;

namespace {

std::string with_headers(const std::string& headers) {
  return "GET /a HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n";
}

// The refusal arrives although the peer has not been read to the end, and then the connection ends.
int refusal_status(const TestServer& server, const std::string& bytes) {
  RawPeer peer = server.peer();
  peer.send(bytes);
  peer.stop_sending();
  return status_of(peer.read_to_end());
}

}  // namespace

TEST_CASE("a request that is too large in any way is refused") {
  const TestServer server({.max_body = 1000, .max_header_bytes = 16384, .max_headers = 20});
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "A: b\r\n";
  CHECK(refusal_status(server, with_headers(many)) == 431);
  CHECK(refusal_status(server, with_headers("A: " + std::string(200000, 'x') + "\r\n")) == 431);
  CHECK(refusal_status(server, "GET /" + std::string(200000, 'x') + " HTTP/1.1\r\n\r\n") == 414);
  CHECK(refusal_status(server, "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\n\r\n" +
                                   std::string(1001, 'x')) == 413);
  std::string chunks = "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 2000; ++i) chunks += "1\r\nx\r\n";
  CHECK(refusal_status(server, chunks + "0\r\n\r\n") == 413);
  CHECK(status_of(server.ask(kGet)) == 200);
}

TEST_CASE("a body of exactly the limit is let in") {
  const TestServer server({.max_body = 100000}, [](const Request& request) {
    return Response{.body = std::to_string(request.body.size())};
  });
  const std::string body(100000, 'x');
  CHECK(body_of(server.ask("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n" + body)) ==
        "100000");
}

TEST_CASE("an answer to a body that is too large overtakes a peer that goes on sending") {
  const TestServer server({.max_body = 1000});
  RawPeer peer = server.peer();
  peer.send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n" + std::string(1000000, 'x'));
  CHECK(status_of(peer.read_answer()) == 413);
}

TEST_CASE("garbage is refused or dropped and hurts nobody") {
  const TestServer server;
  CHECK(refusal_status(server, std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 15)) ==
        400);
  CHECK(refusal_status(server, std::string("\0\0\0\0\r\n\r\n", 8)) == 400);
  CHECK(refusal_status(server, "BREW /pot HTTP/1.1\r\nHost: h\r\n\r\n") >= 400);
  CHECK(refusal_status(server, "GET") == 0);
  CHECK(status_of(server.ask(kGet)) == 200);
}

TEST_CASE("a request that trickles in is given up at its deadline") {
  const TestServer server({.read_timeout = milliseconds(200)});
  RawPeer head = server.peer();
  head.send("GET / HTTP/1.1\r\n");
  RawPeer body = server.peer();
  body.send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nx");
  CHECK(head.is_closed());
  CHECK(body.is_closed());
}

TEST_CASE("empty lines do not keep a connection alive") {
  const TestServer server({.idle_timeout = milliseconds(200)});
  RawPeer peer = server.peer();
  while (peer.send("\r\n")) {
  }
  SUCCEED("the server has ended it");
}

TEST_CASE("an idle connection is given up after its time") {
  const TestServer server({.idle_timeout = milliseconds(200)});
  RawPeer peer = server.peer();
  peer.send(kGet);
  CHECK(status_of(peer.read_answer()) == 200);
  CHECK(peer.is_closed());
}

TEST_CASE("idle and half-sent connections cost no thread and keep nobody waiting") {
  const TestServer server({.max_connections = 700});
  std::vector<RawPeer> peers;
  for (int i = 0; i < 400; ++i) {
    peers.emplace_back(server.port());
    if (i % 2 == 0) peers.back().send("GET / HTTP/1.1\r\n");
  }
  for (int i = 0; i < 100; ++i) REQUIRE(status_of(server.ask(kGet)) == 200);
}

TEST_CASE("at the cap of connections the stalest idle one makes room") {
  const TestServer server({.max_connections = 3});
  std::vector<RawPeer> peers;
  for (int i = 0; i < 3; ++i) {
    peers.emplace_back(server.port());
    peers.back().send(kGet);
    REQUIRE(status_of(peers.back().read_answer()) == 200);
    // An answer has left before its connection counts as idle; on a busy machine that takes a while.
    std::this_thread::sleep_for(milliseconds(500));
  }
  CHECK(status_of(server.ask(kGet)) == 200);
  CHECK(peers.front().is_closed());
}

TEST_CASE("at the cap of busy connections a new one waits for its turn") {
  const TestServer server({.max_connections = 2, .read_timeout = milliseconds(500)});
  RawPeer first = server.peer();
  first.send("GET / HTTP/1.1\r\n");
  RawPeer second = server.peer();
  second.send("GET / HTTP/1.1\r\n");
  // Both of them are given up; then the third is let in.
  CHECK(status_of(server.ask(kGet)) == 200);
}

TEST_CASE("a peer that does not take its answer is given up") {
  const std::string large(32UL << 20U, 'x');
  const TestServer server({.read_timeout = milliseconds(100)},
                          [&](const Request&) { return Response{.body = large}; });
  RawPeer peer = server.peer();
  peer.send(kGet);
  // The server's stop does not wait for the peer; its end shows that the worker has come back.
  SUCCEED("stopping the server ends the write");
}
