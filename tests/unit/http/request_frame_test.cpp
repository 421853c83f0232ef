#include "lib/http/request_frame.h"

#include <catch2/catch.hpp>

using cw::http::FrameLimits;
using cw::http::RequestFrame;
using State = RequestFrame::State;

namespace {

constexpr FrameLimits kLimits{.max_body = 100, .max_header_bytes = 20000, .max_headers = 10};

RequestFrame frame_of(std::string_view bytes) {
  RequestFrame frame(kLimits);
  frame.feed(bytes);
  return frame;
}

int refusal_of(std::string_view bytes) {
  const RequestFrame frame = frame_of(bytes);
  return frame.state() == State::Refused ? frame.refusal_status() : 0;
}

int refusal_of_headers(const std::string& headers) {
  return refusal_of("GET / HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n");
}

}  // namespace

TEST_CASE("a request without a body ends with its headers, and the next one is left alone") {
  RequestFrame frame(kLimits);
  const std::string request = "GET /a?b=c HTTP/1.1\r\nHost: h\r\nX-A:  1 \r\n\r\n";
  CHECK(frame.feed(request + "GET") == request.size());
  CHECK(frame.state() == State::Complete);
  CHECK(frame.head() == request);
}

TEST_CASE("a request may come byte by byte") {
  RequestFrame frame(kLimits);
  const std::string request = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc";
  for (const char& c : request) {
    CHECK(frame.state() != State::Complete);
    CHECK(frame.feed({&c, 1}) == 1);
  }
  CHECK(frame.state() == State::Complete);
  CHECK(frame.take_body() == "abc");
}

TEST_CASE("empty lines before a request are skipped") {
  CHECK(frame_of("\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n").state() == State::Complete);
}

TEST_CASE("framing headers are dealt with and not passed on") {
  RequestFrame frame = frame_of(
      "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\nConnection: te, Close\r\nExpect: "
      "100-Continue\r\nRange: bytes=0-\r\nAccept-Encoding: gzip\r\nRemote_Addr: x\r\nUpgrade: "
      "h2c\r\n\r\n3\r\nabc");
  CHECK(frame.state() == State::Body);
  CHECK(frame.expects_continue());
  CHECK(frame.asks_to_close());
  CHECK(frame.head() == "POST / HTTP/1.1\r\nHost: h\r\nAccept-Encoding: gzip\r\n\r\n");
  frame.feed("\r\n0\r\n\r\n");
  CHECK(frame.state() == State::Complete);
  CHECK(frame.take_body() == "abc");
}

TEST_CASE("a malformed request line is refused") {
  const char* bad =
      GENERATE("GET\r\n\r\n", "GET /\r\n\r\n", "GET  HTTP/1.1\r\n\r\n", "G(T / HTTP/1.1\r\n\r\n",
               "GET a HTTP/1.1\r\n\r\n", "GET http://h/ HTTP/1.1\r\n\r\n", "GET /a b HTTP/1.1\r\n\r\n",
               "GET / FTP/1.1\r\n\r\n", "\x16\x03\x01\r\n\r\n", "GET /\t HTTP/1.1\r\n\r\n");
  CAPTURE(bad);
  CHECK(refusal_of(bad) == 400);
}

TEST_CASE("only HTTP/1.1 is spoken") {
  CHECK(refusal_of("GET / HTTP/1.0\r\nHost: h\r\n\r\n") == 505);
  CHECK(refusal_of("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") == 400);
}

TEST_CASE("malformed headers are refused") {
  const char* bad = GENERATE("no colon\r\n", ": empty\r\n", "A : space\r\n", "A: b\r\n folded\r\n",
                             "A: b\nC: d\r\n", "A: \x01\r\n", "A\x80: b\r\n", "A: b\rC\r\n");
  CAPTURE(bad);
  CHECK(refusal_of_headers(bad) == 400);
  CHECK(refusal_of_headers(std::string("A: \0b\r\n", 7)) == 400);
}

TEST_CASE("a request needs exactly one Host") {
  CHECK(refusal_of("GET / HTTP/1.1\r\n\r\n") == 400);
  CHECK(refusal_of_headers("Host: other\r\n") == 400);
}

TEST_CASE("ambiguous framing is refused") {
  CHECK(refusal_of_headers("Content-Length: 1\r\nContent-Length: 1\r\n") == 400);
  CHECK(refusal_of_headers("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n") == 400);
  CHECK(refusal_of_headers("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n") == 400);
  CHECK(refusal_of_headers("Transfer-Encoding: gzip, chunked\r\n") == 501);
  const char* bad = GENERATE("", "+1", "-1", "1 1", "1,1", "0x1", "one");
  CAPTURE(bad);
  CHECK(refusal_of_headers("Content-Length: " + std::string(bad) + "\r\n") == 400);
}

TEST_CASE("unknown expectations are refused") { CHECK(refusal_of_headers("Expect: coffee\r\n") == 417); }

TEST_CASE("a body that is too large is refused before it comes") {
  CHECK(refusal_of_headers("Content-Length: 101\r\n") == 413);
  CHECK(refusal_of_headers("Content-Length: 99999999999999999999999\r\n") == 413);
  CHECK(refusal_of("PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n") == 413);
  CHECK(refusal_of_headers("Content-Length: 100\r\n") == 0);
}

TEST_CASE("too many or too large headers are refused") {
  std::string many;
  for (int i = 0; i < 10; ++i) many += "A: b\r\n";
  CHECK(refusal_of_headers(many) == 431);
  CHECK(refusal_of_headers("A: " + std::string(9000, 'x') + "\r\n") == 431);
  CHECK(refusal_of("GET / HTTP/1.1\r\nA: " + std::string(30000, 'x')) == 431);
  CHECK(refusal_of("GET /" + std::string(9000, 'x')) == 414);
  CHECK(refusal_of("GET /" + std::string(9000, 'x') + " HTTP/1.1\r\nHost: h\r\n\r\n") == 414);
}
