// RequestFrame: where one HTTP/1.1 request begins and ends in a stream of bytes (RFC 9112), and every limit
// on its size. Stricter than the parser behind it, so that both see the same request, and the same however
// its bytes are cut into pieces. Pure: no I/O, no clock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "lib/http/chunk_decoder.h"

namespace cw::http {

struct FrameLimits {
  std::size_t max_body = 0;          // bytes; more is 413
  std::size_t max_header_bytes = 0;  // request line and headers; more is 431
  std::size_t max_headers = 0;       // more is 431
};

class RequestFrame {
 public:
  enum class State : std::uint8_t { Head, Body, Complete, Refused };

  explicit RequestFrame(const FrameLimits& limits) : limits_(limits) {}

  // Takes what belongs to this request and returns how many bytes that was.
  std::size_t feed(std::string_view bytes);

  State state() const { return state_; }
  bool has_begun() const { return !raw_.empty(); }
  std::size_t buffered() const { return raw_.capacity() + head_.capacity() + body_.capacity(); }

  // From State::Body on: the request line and the headers that are not about framing, blank line included.
  const std::string& head() const { return head_; }
  std::string take_body() { return std::move(body_); }
  bool expects_continue() const { return expects_continue_; }
  bool asks_to_close() const { return asks_to_close_; }

  // In State::Refused.
  int refusal_status() const { return refusal_status_; }
  std::string_view refusal() const { return refusal_; }

 private:
  std::size_t skip_empty_lines(std::string_view bytes);
  std::size_t feed_head(std::string_view bytes);
  std::size_t feed_body(std::string_view bytes);
  void end_head();
  void take_request_line(std::string_view line);
  void take_header(std::string_view line);
  void take_framing(std::string_view lower_name, std::string_view value);
  void take_length(std::string_view value);
  void start_body();
  void refuse(int status, std::string_view why);

  FrameLimits limits_;
  State state_ = State::Head;
  bool in_empty_line_ = false;  // its first half, the CR, has come
  int empty_lines_ = 0;
  std::string raw_;
  std::string head_;
  std::string body_;
  std::size_t headers_ = 0;
  std::size_t hosts_ = 0;
  std::optional<std::size_t> length_;
  std::optional<ChunkDecoder> chunks_;
  bool expects_continue_ = false;
  bool asks_to_close_ = false;
  int refusal_status_ = 0;
  std::string_view refusal_;
};

}  // namespace cw::http
