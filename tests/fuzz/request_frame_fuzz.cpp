// HTTP requests one after the other on one connection. The first bytes say into which pieces the stream is
// cut; that must make no difference, and no limit may be passed.
#include <string>
#include <string_view>
#include <vector>

#include "lib/http/request_frame.h"
#include "tests/fuzz/targets.h"

namespace cw::fuzz {
namespace {

using http::RequestFrame;

constexpr http::FrameLimits kLimits{.max_body = 2000, .max_header_bytes = 10'000, .max_headers = 20};

struct Seen {
  RequestFrame::State state = RequestFrame::State::Head;
  std::string head;
  std::string body;
  int refusal_status = 0;
  std::string refusal;
  bool expects_continue = false;
  bool asks_to_close = false;
  bool has_begun = false;
  bool operator==(const Seen&) const = default;
};

Seen seen_of(RequestFrame& frame) {
  Seen seen;
  seen.state = frame.state();
  seen.asks_to_close = frame.asks_to_close();
  seen.has_begun = frame.has_begun();
  if (seen.state == RequestFrame::State::Refused) {
    seen.refusal_status = frame.refusal_status();
    seen.refusal = frame.refusal();
    CW_ASSERT(seen.refusal_status >= 400 && seen.refusal_status < 600 && !seen.refusal.empty());
    CW_ASSERT(seen.asks_to_close);
    return seen;  // what was read before it was refused is nobody's
  }
  seen.expects_continue = frame.expects_continue();
  if (seen.state == RequestFrame::State::Head) return seen;
  seen.head = frame.head();
  CW_ASSERT(seen.head.ends_with("\r\n\r\n") && seen.head.find("\r\n\r\n") == seen.head.size() - 4);
  CW_ASSERT(seen.head.size() <= kLimits.max_header_bytes);
  seen.body = frame.take_body();
  CW_ASSERT(seen.body.size() <= kLimits.max_body);
  return seen;
}

// Sizes of pieces, again and again; none: all in one.
class Pieces {
 public:
  explicit Pieces(std::string_view sizes) : sizes_(sizes) {}
  std::string_view of(std::string_view stream) {
    if (sizes_.empty()) return stream;
    return stream.substr(0, 1U + static_cast<unsigned char>(sizes_[next_++ % sizes_.size()]));
  }

 private:
  std::string_view sizes_;
  std::size_t next_ = 0;
};

// As the server does: what a frame leaves of a piece is the next request's.
void feed_one(RequestFrame& frame, std::string_view& stream, Pieces& pieces) {
  while (!stream.empty() && frame.state() <= RequestFrame::State::Body) {
    const std::string_view piece = pieces.of(stream);
    const std::size_t used = frame.feed(piece);
    CW_ASSERT(used <= piece.size());
    CW_ASSERT(used == piece.size() || frame.state() > RequestFrame::State::Body);
    stream.remove_prefix(used);
  }
}

std::vector<Seen> read_all(std::string_view stream, std::string_view sizes) {
  std::vector<Seen> all;
  Pieces pieces(sizes);
  while (true) {
    RequestFrame frame(kLimits);
    feed_one(frame, stream, pieces);
    all.push_back(seen_of(frame));
    if (all.back().state != RequestFrame::State::Complete) return all;
  }
}

}  // namespace

void request_frame(std::string_view input) {
  if (input.empty()) return;
  const std::size_t count = static_cast<unsigned char>(input[0]) % 16U;
  const std::string_view sizes = input.substr(1, count);
  const std::string_view stream = input.substr(1 + sizes.size());
  const auto whole = read_all(stream, {});
  CW_ASSERT(read_all(stream, sizes) == whole);
  CW_ASSERT(read_all(stream, std::string_view("\0", 1)) == whole);
}

}  // namespace cw::fuzz
