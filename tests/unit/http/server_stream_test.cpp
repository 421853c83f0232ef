#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "tests/unit/http/test_server.h"

using namespace cw::http;
using namespace cw::http::test;

namespace {

// A stream that writes "one", then waits until its writer says that it is over.
struct WaitingStream {
  std::atomic<int> running{0};
  std::atomic<int> ended{0};

  Response operator()(const Request& request) {
    if (request.path != "/watch") return echo(request);
    return {.stream = [this](const StreamWriter& write) {
      ++running;
      write("one\n");
      while (write("")) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      ++ended;
    }};
  }
};

const std::string kWatch = "GET /watch HTTP/1.1\r\nHost: h\r\n\r\n";

void wait_until_equal(const std::atomic<int>& value, int wanted) {
  while (value.load() != wanted) std::this_thread::yield();
}

}  // namespace

TEST_CASE("a streamed answer is sent piece by piece and the connection lives on") {
  std::atomic<bool> all_taken{false};
  const TestServer server({}, [&](const Request& request) {
    if (request.path != "/watch") return echo(request);
    return Response{.stream = [&](const StreamWriter& write) {
      all_taken = write("one\n") && write("") && write("two\n");
    }};
  });
  RawPeer peer = server.peer();
  peer.send(kWatch);
  const std::string answer = peer.read_until("0\r\n\r\n");
  CHECK(answer.find("Transfer-Encoding: chunked\r\n") != std::string::npos);
  CHECK(body_of(answer) == "4\r\none\n\r\n4\r\ntwo\n\r\n0\r\n\r\n");
  CHECK(all_taken);
  peer.send(kGet);
  CHECK(body_of(peer.read_answer()) == "GET /a ");
}

TEST_CASE("the first piece comes before the stream is over") {
  WaitingStream stream;
  const TestServer server({}, std::ref(stream));
  RawPeer peer = server.peer();
  peer.send(kWatch);
  CHECK(peer.read_until("one\n").ends_with("one\n"));
  CHECK(stream.ended == 0);
}

TEST_CASE("a stream learns that its peer has gone") {
  WaitingStream stream;
  const TestServer server({}, std::ref(stream));
  {
    RawPeer peer = server.peer();
    peer.send(kWatch);
    peer.read_until("one\n");
  }
  wait_until_equal(stream.ended, 1);
}

TEST_CASE("a stream that throws ends without its last chunk") {
  const TestServer server({}, [](const Request&) {
    return Response{.stream = [](const StreamWriter& write) {
      write("one\n");
      throw std::runtime_error("broken");
    }};
  });
  RawPeer peer = server.peer();
  peer.send(kWatch);
  CHECK(body_of(peer.read_to_end()) == "4\r\none\n\r\n");
}

TEST_CASE("one stream too many is refused, and let in when another has ended") {
  WaitingStream stream;
  const TestServer server({.max_streams = 1}, std::ref(stream));
  {
    RawPeer first = server.peer();
    first.send(kWatch);
    first.read_until("one\n");
    const std::string answer = server.ask(kWatch);
    CHECK(status_of(answer) == 429);
    CHECK(answer.find("Retry-After: ") != std::string::npos);
    CHECK(status_of(server.ask(kGet)) == 200);
  }
  wait_until_equal(stream.ended, 1);
  // The place is given back a moment after the stream's function has returned.
  for (;;) {
    RawPeer second = server.peer();
    second.send(kWatch);
    if (status_of(second.read_until("\r\n\r\n")) == 200) break;
  }
  SUCCEED("a place was free again");
}

TEST_CASE("hundreds of streams run beside ordinary requests") {
  constexpr int kStreams = 200;
  WaitingStream stream;
  const TestServer server({}, std::ref(stream));
  std::vector<RawPeer> peers;
  for (int i = 0; i < kStreams; ++i) {
    peers.emplace_back(server.port());
    peers.back().send(kWatch);
  }
  for (RawPeer& peer : peers) REQUIRE(peer.read_until("one\n").ends_with("one\n"));
  CHECK(status_of(server.ask(kGet)) == 200);
}
