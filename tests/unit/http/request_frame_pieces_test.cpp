// A RequestFrame says the same of the same bytes, however they are cut into pieces.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <tuple>
#include <vector>

#include <catch2/catch.hpp>

#include "lib/http/request_frame.h"

using cw::http::FrameLimits;
using cw::http::RequestFrame;
using State = RequestFrame::State;

namespace {

constexpr FrameLimits kLimits{.max_body = 100, .max_header_bytes = 20000, .max_headers = 10};

// What a frame shows to the outside; how much was taken counts only where something may follow.
using Seen = std::tuple<State, std::string, std::string, int, std::string, bool, bool, std::size_t>;

class Feeding {
 public:
  void feed(std::string_view piece) {
    const std::size_t used = frame_.feed(piece);
    taken_ += used;
    const bool wants_more = frame_.state() == State::Head || frame_.state() == State::Body;
    if (wants_more) CHECK(used == piece.size());
  }

  Seen seen() const {
    RequestFrame copy = frame_;
    return {copy.state(),
            copy.state() == State::Refused ? "" : copy.head(),
            copy.state() == State::Refused ? "" : copy.take_body(),
            copy.refusal_status(),
            std::string(copy.refusal()),
            copy.expects_continue(),
            copy.asks_to_close(),
            copy.state() == State::Refused ? 0 : taken_};
  }

 private:
  RequestFrame frame_{kLimits};
  std::size_t taken_ = 0;
};

Seen seen_of(const std::vector<std::string_view>& pieces) {
  Feeding feeding;
  for (const std::string_view piece : pieces) feeding.feed(piece);
  return feeding.seen();
}

std::vector<std::string> requests() {
  const std::string get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
  const std::string post = "POST / HTTP/1.1\r\nHost: h\r\n";
  const std::string chunked = post + "Transfer-Encoding: chunked\r\n\r\n";
  std::string empty_lines;
  for (int i = 0; i < 20; ++i) empty_lines += "\r\n";
  std::string many;
  for (int i = 0; i < 11; ++i) many += "A: b\r\n";
  std::vector<std::string> all = {
      get + "GET",
      "\r\n" + get,
      "\r\n\r\n" + get + get,
      empty_lines + get,
      "\r" + get,
      "\r\r\n" + get,
      "\n" + get,
      "\n\n" + get,
      "\r\n \r\n" + get,
      "\r\n\x16\x03\x01\x02\r\n\r\n",
      std::string("\0\0\r\n\r\n", 6),
      "GET\r\n\r\n" + get,
      "GET /\nHost: h\n\n" + get,
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
      "GET / HTTP/1.0\r\nHost: h\r\n\r\n",
      "GET / HTTP/1.1\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: h\r\nA: b\r\n folded\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: h\r\nA: b\rC: d\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: h\r\n" + many + "\r\n",
      post + "Content-Length: 3\r\nConnection: close\r\nExpect: 100-continue\r\n\r\nabcGET",
      post + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
      post + "Content-Length: 101\r\n\r\nabc",
      post + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
      chunked + "3\r\nabc\r\n0\r\n\r\nGET",
      chunked + "3;a=b\r\nabc\r\n00\r\nX: y\r\n\r\nGET",
      chunked + "3\r\nabcd\r\n0\r\n\r\n",
      chunked + "3\nabc\r\n0\r\n\r\n",
      chunked + "3 x\r\nabc\r\n0\r\n\r\n",
      chunked + "3;\rx\r\nabc\r\n0\r\n\r\n",
      chunked + "0\r\nno colon\r\n\r\n",
      chunked + "65\r\n",
      chunked + "ffffffffffffffffff\r\nabc",
      chunked + "-1\r\nabc",
  };
  for (const auto& entry : std::filesystem::directory_iterator(CW_TEST_DATA "/fuzz/frame")) {
    std::ifstream file(entry.path(), std::ios::binary);
    all.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return all;
}

std::string request_line_of(std::size_t length) {
  const std::string end = " HTTP/1.1";
  return "GET /" + std::string(length - end.size() - 5, 'x') + end;
}

}  // namespace

TEST_CASE("every beginning of a request is read alike at once and byte by byte") {
  for (const std::string& request : requests()) {
    CAPTURE(request);
    Feeding slow;
    for (std::size_t length = 1; length <= request.size(); ++length) {
      slow.feed({&request[length - 1], 1});
      CAPTURE(length);
      REQUIRE(slow.seen() == seen_of({std::string_view(request).substr(0, length)}));
    }
  }
}

TEST_CASE("every way to cut a request in three is read alike") {
  for (const std::string& request : requests()) {
    CAPTURE(request);
    const Seen whole = seen_of({request});
    const std::string_view text(request);
    for (std::size_t first = 0; first <= text.size(); ++first) {
      for (std::size_t second = first; second <= text.size(); ++second) {
        const bool alike = whole == seen_of({text.substr(0, first), text.substr(first, second - first),
                                             text.substr(second)});
        if (!alike) FAIL("cut at " << first << " and " << second);
      }
    }
  }
}

TEST_CASE("the limits of a request line and of all headers do not depend on the pieces either") {
  const std::string headers = "\r\nHost: h\r\n";
  std::vector<std::string> long_ones = {"GET /" + std::string(9000, 'x') + "\r\n\r\n",
                                        "GET /\n" + std::string(9000, 'x') + "\r\n\r\n",
                                        "GET / HTTP/1.1\r\nA: " + std::string(30000, 'x')};
  for (std::size_t length = 7999; length <= 8003; ++length) {
    long_ones.push_back(request_line_of(length) + headers + "\r\n");
    long_ones.push_back(request_line_of(length) + headers + std::string(30000, 'x'));
  }
  for (std::size_t length = 19930; length <= 19990; ++length) {
    long_ones.push_back("GET / HTTP/1.1" + headers + "A: " + std::string(7000, 'x') + "\r\nA: " +
                        std::string(7000, 'x') + "\r\nA: " + std::string(length - 14000, 'x') + "\r\n\r\n");
  }
  for (const std::string& request : long_ones) {
    Feeding slow;
    for (const char& byte : request) slow.feed({&byte, 1});
    const bool alike = slow.seen() == seen_of({request});
    if (!alike)
      FAIL("a request of " << request.size() << " bytes that begins with " << request.substr(0, 40));
  }
}
