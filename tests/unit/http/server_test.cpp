#include "lib/http/server.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

#include "tests/unit/http/test_server.h"

using namespace cw::http;
using namespace cw::http::test;

TEST_CASE("a request reaches the handler decoded, with its query, headers and body") {
  Request seen;
  const TestServer server({}, [&](const Request& request) {
    seen = request;
    return Response{.body = "{}"};
  });
  CHECK(status_of(server.ask(
            "POST /a%20b?x=1&y=a%26b HTTP/1.1\r\nHost: h\r\nX-One: 1\r\nContent-Length: 3\r\n\r\nabc")) ==
        200);
  CHECK(seen.method == "POST");
  CHECK(seen.path == "/a b");
  CHECK(seen.target == "/a%20b?x=1&y=a%26b");
  CHECK(seen.parameter("x") == "1");
  CHECK(seen.parameter("y") == "a&b");
  CHECK(seen.parameter("z").empty());
  CHECK(seen.header("x-one") == "1");
  CHECK(seen.body == "abc");
  CHECK_FALSE(seen.peer);
  CHECK(seen.headers.size() == 2);
}

TEST_CASE("an answer carries its status, type, headers and body") {
  const TestServer server({}, [](const Request&) {
    return Response{.status = 404, .content_type = "text/x", .body = "none", .headers = {{"X-A", "b"}}};
  });
  const std::string answer = server.ask(kGet);
  CHECK(status_of(answer) == 404);
  CHECK(answer.find("Content-Type: text/x\r\n") != std::string::npos);
  CHECK(answer.find("X-A: b\r\n") != std::string::npos);
  CHECK(body_of(answer) == "none");
}

TEST_CASE("all the methods of the Kubernetes API are spoken") {
  const TestServer server;
  const std::string method = GENERATE("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
  CHECK(body_of(server.ask(method + " /a HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx")) ==
        method + " /a x");
}

TEST_CASE("HEAD is answered with the length and without the body") {
  const TestServer server;
  RawPeer peer = server.peer();
  peer.send("HEAD /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  const std::string answer = peer.read_to_end();
  CHECK(answer.find("Content-Length: 8\r\n") != std::string::npos);
  CHECK(body_of(answer).empty());
}

TEST_CASE("an answer is never compressed by itself, nor cut to a range") {
  const TestServer server;
  const std::string answer =
      server.ask("GET /a HTTP/1.1\r\nHost: h\r\nAccept-Encoding: gzip, br\r\nRange: bytes=0-0,0-0\r\n\r\n");
  CHECK(status_of(answer) == 200);
  CHECK(body_of(answer) == "GET /a ");
}

TEST_CASE("a connection carries as many requests as its peer likes") {
  const TestServer server;
  RawPeer peer = server.peer();
  for (int i = 0; i < 100; ++i) {
    REQUIRE(peer.send(kGet));
    REQUIRE(body_of(peer.read_answer()) == "GET /a ");
  }
}

TEST_CASE("pipelined requests are answered in order") {
  const TestServer server;
  RawPeer peer = server.peer();
  std::string requests;
  for (int i = 0; i < 50; ++i) requests += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: h\r\n\r\n";
  REQUIRE(peer.send(requests));
  for (int i = 0; i < 50; ++i) REQUIRE(body_of(peer.read_answer()) == "GET /" + std::to_string(i) + " ");
}

TEST_CASE("a chunked request reaches the handler whole") {
  const TestServer server;
  CHECK(body_of(server.ask(
            "PUT /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")) ==
        "PUT /a abc");
}

TEST_CASE("a peer that asks first is told to continue") {
  const TestServer server;
  RawPeer peer = server.peer();
  peer.send("PUT /a HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
  CHECK(peer.read_answer() == "HTTP/1.1 100 Continue\r\n\r\n");
  peer.send("abc");
  CHECK(body_of(peer.read_answer()) == "PUT /a abc");
}

TEST_CASE("Connection: close ends the connection behind the answer") {
  const TestServer server;
  RawPeer peer = server.peer();
  peer.send("GET /a HTTP/1.1\r\nHost: h\r\nConnection: Close\r\n\r\n");
  const std::string answer = peer.read_to_end();
  CHECK(answer.find("Connection: close\r\n") != std::string::npos);
  CHECK(body_of(answer) == "GET /a ");
}

TEST_CASE("a handler that throws becomes a 500 and the connection lives on") {
  const TestServer server({}, [](const Request& request) -> Response {
    if (request.path == "/throw") throw std::runtime_error("secret detail");
    return echo(request);
  });
  RawPeer peer = server.peer();
  peer.send("GET /throw HTTP/1.1\r\nHost: h\r\n\r\n");
  const std::string answer = peer.read_answer();
  CHECK(status_of(answer) == 500);
  CHECK(answer.find("secret") == std::string::npos);
  peer.send(kGet);
  CHECK(status_of(peer.read_answer()) == 200);
}

TEST_CASE("errors are told in the program's own form") {
  const TestServer server({.error_body = [](int status, std::string_view message) {
    return Response{.content_type = "application/json",
                    .body = std::to_string(status) + ":" + std::string(message)};
  }});
  RawPeer peer = server.peer();
  peer.send("GET / HTTP/1.1\r\n\r\n");
  const std::string answer = peer.read_to_end();
  CHECK(status_of(answer) == 400);
  CHECK(answer.find("Content-Type: application/json\r\n") != std::string::npos);
  CHECK(body_of(answer).starts_with("400:"));
}

TEST_CASE("an answer's header cannot smuggle in another one") {
  const TestServer server(
      {}, [](const Request&) { return Response{.body = "x", .headers = {{"X-A", "b\r\nX-Evil: 1"}}}; });
  CHECK(server.ask(kGet).find("X-Evil") == std::string::npos);
}

TEST_CASE("as many requests run at once as come, however long each takes") {
  constexpr int kTogether = 40;
  std::mutex mutex;
  std::condition_variable all_here;
  int here = 0;
  const TestServer server({}, [&](const Request& request) {
    std::unique_lock lock(mutex);
    ++here;
    all_here.notify_all();
    all_here.wait(lock, [&] { return here >= kTogether; });
    return echo(request);
  });
  std::vector<RawPeer> peers;
  for (int i = 0; i < kTogether; ++i) {
    peers.emplace_back(server.port());
    peers.back().send(kGet);
  }
  for (RawPeer& peer : peers) CHECK(status_of(peer.read_answer()) == 200);
}

TEST_CASE("a server on all addresses is reached through each") {
  const std::string address = GENERATE("", "0.0.0.0", "::", "[::]");
  CHECK(status_of(TestServer({.address = address}).ask(kGet)) == 200);
}

TEST_CASE("a taken port is an error and no crash") {
  const TestServer server;
  Server second({.port = server.port()}, echo);
  const auto started = second.start();
  REQUIRE_FALSE(started);
  CHECK(started.error().code == cw::Code::Unavailable);
  Server third({.address = "256.1.1.1"}, echo);
  CHECK_FALSE(third.start());
}
