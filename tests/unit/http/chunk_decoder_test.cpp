#include "lib/http/chunk_decoder.h"

#include <catch2/catch.hpp>

using cw::http::ChunkDecoder;
using State = ChunkDecoder::State;

namespace {

State decode(std::string_view bytes, std::string& body, std::size_t limit = 100) {
  ChunkDecoder decoder(limit);
  decoder.feed(bytes, body);
  return decoder.state();
}

State decode(std::string_view bytes) {
  std::string body;
  return decode(bytes, body);
}

}  // namespace

TEST_CASE("chunks are joined, extensions and trailers dropped") {
  std::string body;
  CHECK(decode("4;a=b\r\nWiki\r\n5\r\npedia\r\n0\r\nX: y\r\n\r\n", body) == State::Complete);
  CHECK(body == "Wikipedia");
}

TEST_CASE("a chunked body may come byte by byte") {
  std::string body;
  ChunkDecoder decoder(100);
  for (const char c : std::string("A\r\n0123456789\r\n0\r\n\r\n")) CHECK(decoder.feed({&c, 1}, body) == 1);
  CHECK(decoder.state() == State::Complete);
  CHECK(body == "0123456789");
}

TEST_CASE("what follows a chunked body is left alone") {
  std::string body;
  ChunkDecoder decoder(100);
  CHECK(decoder.feed("0\r\n\r\nGET /", body) == 5);
}

TEST_CASE("malformed chunks are refused") {
  const char* bad = GENERATE("\r\n", "x\r\n", "-1\r\n", "+1\r\n", "0x1\r\n", " 1\r\n", "1\n", "1\r\nab",
                             "1 x y\n", "1\r\na\n", "2\r\nab\rx");
  CAPTURE(bad);
  CHECK(decode(bad) != State::Complete);
  CHECK(decode(std::string(bad) + "\r\n\r\n0\r\n\r\n") == State::Malformed);
}

TEST_CASE("chunks that add up to too much are refused before they are read") {
  std::string body;
  CHECK(decode("a\r\n0123456789\r\n1\r\n", body, 10) == State::TooLarge);
  CHECK(decode("ffffffffffffffffffffff\r\n") == State::TooLarge);
  CHECK(decode("ffffffffffffffff\r\n") == State::TooLarge);
}

TEST_CASE("endless size lines and trailers are refused") {
  CHECK(decode(std::string(4096, '0')) == State::Malformed);
  CHECK(decode("1;" + std::string(4096, 'x')) == State::Malformed);
  std::string trailers = "0\r\n";
  for (int i = 0; i < 20000; ++i) trailers += "X: " + std::string(100, 'y') + "\r\n";
  CHECK(decode(trailers) == State::Malformed);
}
