#include <atomic>
#include <chrono>
#include <future>
#include <thread>

#include "tests/unit/http/test_server.h"

using namespace cw::http;
using namespace cw::http::test;
using std::chrono::seconds;

TEST_CASE("stop lets a request under way end and says that the connection closes") {
  std::promise<void> begun;
  std::promise<void> go_on;
  TestServer server({}, [&](const Request& request) {
    begun.set_value();
    go_on.get_future().wait();
    return echo(request);
  });
  RawPeer peer = server.peer();
  peer.send(kGet);
  begun.get_future().wait();
  std::thread stopper([&] { server.server().stop(seconds(20)); });
  go_on.set_value();
  CHECK(body_of(peer.read_answer()) == "GET /a ");
  CHECK(peer.is_closed());
  stopper.join();
}

TEST_CASE("stop ends streams and idle connections at once") {
  std::atomic<int> ended{0};
  TestServer server({}, [&](const Request& request) {
    if (request.path == "/a") return echo(request);
    return Response{.stream = [&](const StreamWriter& write) {
      write("one\n");
      while (write("")) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      ++ended;
    }};
  });
  RawPeer stream = server.peer();
  stream.send("GET /watch HTTP/1.1\r\nHost: h\r\n\r\n");
  stream.read_until("one\n");
  RawPeer idle = server.peer();
  idle.send(kGet);
  idle.read_answer();
  server.server().stop(seconds(20));
  CHECK(ended == 1);
  CHECK(stream.read_to_end().ends_with("0\r\n\r\n"));
  CHECK(idle.is_closed());
}

TEST_CASE("stop does not wait longer than it was told for a half-sent request") {
  TestServer server;
  RawPeer peer = server.peer();
  peer.send("GET / HTTP/1.1\r\n");
  server.server().stop(std::chrono::milliseconds(50));
  CHECK(peer.is_closed());
}

TEST_CASE("a request that is already on its way when stop begins is answered") {
  TestServer server;
  RawPeer peer = server.peer();
  peer.send(kGet);
  peer.read_answer();
  peer.send(kGet);
  server.server().stop(seconds(20));
  CHECK(body_of(peer.read_answer()) == "GET /a ");
}

TEST_CASE("after stop nobody is let in, and a second stop is nothing") {
  TestServer server;
  server.server().stop();
  server.server().stop();
  CHECK_FALSE(connect_to("127.0.0.1", server.port(), std::chrono::steady_clock::now() + seconds(5), -1));
}

TEST_CASE("a server that was never started stops") {
  Server server({}, echo);
  server.stop();
}
