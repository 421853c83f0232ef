// The chunked transfer coding: where a stream is cut makes no difference, nothing grows beyond its limit, and
// what is coded is decoded again. The same input as lines.
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "lib/http/chunk_decoder.h"
#include "lib/http/line_splitter.h"
#include "tests/fuzz/targets.h"

namespace cw::fuzz {
namespace {

using http::ChunkDecoder;

constexpr std::size_t kMaxBody = 1000;

struct Decoded {
  ChunkDecoder::State state = ChunkDecoder::State::More;
  std::string body;
  std::size_t used = 0;
};

Decoded decode(std::string_view bytes, std::size_t piece, std::size_t max_body) {
  Decoded decoded;
  ChunkDecoder decoder(max_body);
  while (decoded.used < bytes.size() && decoder.state() == ChunkDecoder::State::More) {
    const std::string_view next = bytes.substr(decoded.used, piece);
    const std::size_t used = decoder.feed(next, decoded.body);
    CW_ASSERT(used <= next.size() && used > 0);
    decoded.used += used;
    CW_ASSERT(decoded.body.size() <= max_body);
  }
  decoded.state = decoder.state();
  return decoded;
}

void check_cuts(std::string_view bytes) {
  const Decoded whole = decode(bytes, std::string_view::npos, kMaxBody);
  for (const std::size_t piece : {1, 2, 3, 7, 64}) {
    const Decoded cut = decode(bytes, piece, kMaxBody);
    CW_ASSERT(cut.state == whole.state && cut.body == whole.body);
    if (whole.state == ChunkDecoder::State::Complete) CW_ASSERT(cut.used == whole.used);
  }
}

void check_round_trip(std::string_view body) {
  std::string coded;
  for (std::size_t at = 0, size = 1; at < body.size(); at += size, size = size * 3 % 101) {
    const std::string_view data = body.substr(at, size);
    char length[32];
    (void)std::snprintf(length, sizeof length, "%zx;x=\"y\"\r\n", data.size());
    coded.append(length).append(data).append("\r\n");
  }
  coded += "0\r\nTrailer: x\r\n\r\nrest";
  const Decoded decoded = decode(coded, std::string_view::npos, body.size());
  CW_ASSERT(decoded.state == ChunkDecoder::State::Complete && decoded.body == body);
  CW_ASSERT(coded.substr(decoded.used) == "rest");
}

std::vector<std::string> lines_of(std::string_view bytes, std::size_t piece) {
  std::vector<std::string> lines;
  const http::LineSplitter::OnLine on_line = [&](std::string_view line) {
    CW_ASSERT(!line.empty() && line.find('\n') == std::string_view::npos);
    lines.emplace_back(line);
    return true;
  };
  http::LineSplitter splitter(bytes.size(), on_line);
  for (std::size_t at = 0; at < bytes.size(); at += piece) CW_ASSERT(splitter.feed(bytes.substr(at, piece)));
  splitter.finish();
  return lines;
}

}  // namespace

void chunks(std::string_view input) {
  check_cuts(input);
  check_round_trip(input);
  const auto whole = lines_of(input, input.size() + 1);
  for (const std::size_t piece : {1, 5}) CW_ASSERT(lines_of(input, piece) == whole);
}

}  // namespace cw::fuzz
