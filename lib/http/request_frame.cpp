#include "lib/http/request_frame.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "lib/base/ascii.h"

namespace cw::http {
namespace {

constexpr std::size_t kMaxRequestLine = 8000;  // RFC 9112 3: at least 8000
constexpr int kMaxEmptyLines = 16;
constexpr std::size_t kMaxHeaderLine = 8000;  // cpp-httplib refuses 8192
constexpr std::string_view kHeadEnd = "\r\n\r\n";

// Not passed on: they are dealt with here, or would make the parser behind do what this program does not want
// (ranges of answers, protocol upgrades, its own notes on the connection).
constexpr std::array<std::string_view, 14> kDropped = {
    "connection",        "content-length", "expect",      "if-range",    "keep-alive", "local_addr",
    "local_port",        "range",          "remote_addr", "remote_port", "te",         "trailer",
    "transfer-encoding", "upgrade"};

// RFC 9110 5.6.2
bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return is_alphanumeric(c) || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

bool is_visible(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c != '\x7f'; });
}

bool is_field_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return c == '\t' || (static_cast<unsigned char>(c) >= 0x20U && c != '\x7f');
  });
}

bool has_list_member(std::string_view list, std::string_view wanted) {
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    if (lower_case(trimmed(list.substr(0, comma), " \t")) == wanted) return true;
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return false;
}

}  // namespace

std::size_t RequestFrame::feed(std::string_view bytes) {
  std::size_t used = 0;
  if (state_ == State::Head) used = skip_empty_lines(bytes);
  if (state_ == State::Head) used += feed_head(bytes.substr(used));
  if (state_ == State::Body) used += feed_body(bytes.substr(used));
  return used;
}

// RFC 9112 2.2: before a request line. Endless ones would keep a thread busy.
std::size_t RequestFrame::skip_empty_lines(std::string_view bytes) {
  std::size_t used = 0;
  while (raw_.empty() && used < bytes.size() && state_ == State::Head) {
    const char next = bytes[used];
    if (!in_empty_line_ && next != '\r') break;
    if (in_empty_line_ && next != '\n') {
      raw_.assign(1, '\r');  // refused as the first byte of a request
      break;
    }
    ++used;
    in_empty_line_ = !in_empty_line_;
    if (!in_empty_line_ && ++empty_lines_ > kMaxEmptyLines) refuse(400, "too many empty lines");
  }
  return used;
}

// Every check looks at what has come from the request's first byte on, never at where a piece ends.
std::size_t RequestFrame::feed_head(std::string_view bytes) {
  const std::size_t before = raw_.size();
  raw_.append(bytes.substr(0, limits_.max_header_bytes - before));
  if (raw_.empty()) return 0;
  const std::size_t line = std::min(raw_.find('\n'), raw_.size());
  const std::size_t from = before - std::min(before, kHeadEnd.size() - 1);
  const std::size_t end = raw_.find(kHeadEnd, from);
  if (!is_token(std::string_view(raw_).substr(0, 1))) {
    refuse(400, "malformed request line");  // at once: a TLS hello has no end of line
  } else if (line > kMaxRequestLine + 1) {
    refuse(414, "the request line is too long");
  } else if (end != std::string::npos) {
    raw_.resize(end + kHeadEnd.size());
    end_head();
    return raw_.size() - before;
  } else if (raw_.size() == limits_.max_header_bytes) {
    refuse(431, "the request headers are too large");
  }
  return bytes.size();
}

void RequestFrame::end_head() {
  std::string_view rest(raw_);
  rest.remove_suffix(2);
  head_.reserve(raw_.size());
  for (std::size_t line = 0; !rest.empty() && state_ != State::Refused; ++line) {
    const std::size_t end = rest.find("\r\n");
    if (line == 0) {
      take_request_line(rest.substr(0, end));
    } else {
      take_header(rest.substr(0, end));
    }
    rest.remove_prefix(end + 2);
  }
  if (state_ == State::Refused) return;
  head_ += "\r\n";
  if (hosts_ != 1) return refuse(400, "the request needs exactly one Host header");
  start_body();
}

void RequestFrame::take_request_line(std::string_view line) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return refuse(400, "malformed request line");
  const std::string_view target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  if (!is_token(line.substr(0, first)) || !target.starts_with('/') || !is_visible(target)) {
    return refuse(400, "malformed request line");
  }
  if (version != "HTTP/1.1") {
    if (version.starts_with("HTTP/")) return refuse(505, "only HTTP/1.1 is spoken here");
    return refuse(400, "malformed request line");
  }
  head_.append(line).append("\r\n");
}

void RequestFrame::take_header(std::string_view line) {
  if (++headers_ > limits_.max_headers) return refuse(431, "too many request headers");
  if (line.size() > kMaxHeaderLine) return refuse(431, "a request header is too long");
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon)) || !is_field_value(line)) {
    return refuse(400, "malformed request header");
  }
  const std::string name = lower_case(line.substr(0, colon));
  take_framing(name, trimmed(line.substr(colon + 1), " \t"));
  if (std::find(kDropped.begin(), kDropped.end(), name) == kDropped.end()) head_.append(line).append("\r\n");
}

void RequestFrame::take_framing(std::string_view lower_name, std::string_view value) {
  if (lower_name == "host") {
    ++hosts_;
    if (!is_visible(value)) return refuse(400, "malformed Host");
  } else if (lower_name == "content-length") {
    take_length(value);
  } else if (lower_name == "transfer-encoding") {
    if (chunks_) return refuse(400, "more than one Transfer-Encoding");
    if (lower_case(value) != "chunked") return refuse(501, "the only Transfer-Encoding known is chunked");
    chunks_.emplace(limits_.max_body);
  } else if (lower_name == "connection") {
    asks_to_close_ = asks_to_close_ || has_list_member(value, "close");
  } else if (lower_name == "expect") {
    if (lower_case(value) != "100-continue") return refuse(417, "the only expectation met is 100-continue");
    expects_continue_ = true;
  }
}

void RequestFrame::take_length(std::string_view value) {
  if (length_) return refuse(400, "more than one Content-Length");
  std::size_t length = 0;
  const auto [rest, failed] = std::from_chars(value.data(), value.data() + value.size(), length);
  if (failed == std::errc::result_out_of_range) return refuse(413, "the request body is too large");
  if (failed != std::errc() || rest != value.data() + value.size())
    return refuse(400, "malformed Content-Length");
  length_ = length;
}

void RequestFrame::start_body() {
  if (chunks_ && length_) return refuse(400, "both Content-Length and Transfer-Encoding");
  if (length_.value_or(0) > limits_.max_body) return refuse(413, "the request body is too large");
  state_ = chunks_ || length_.value_or(0) > 0 ? State::Body : State::Complete;
}

std::size_t RequestFrame::feed_body(std::string_view bytes) {
  if (!chunks_) {
    const std::size_t count = std::min(*length_ - body_.size(), bytes.size());
    body_.append(bytes.substr(0, count));
    if (body_.size() == *length_) state_ = State::Complete;
    return count;
  }
  const std::size_t used = chunks_->feed(bytes, body_);
  switch (chunks_->state()) {
    case ChunkDecoder::State::More:
      break;
    case ChunkDecoder::State::Complete:
      state_ = State::Complete;
      break;
    case ChunkDecoder::State::Malformed:
      refuse(400, "malformed chunked body");
      break;
    case ChunkDecoder::State::TooLarge:
      refuse(413, "the request body is too large");
      break;
  }
  return used;
}

void RequestFrame::refuse(int status, std::string_view why) {
  state_ = State::Refused;
  refusal_status_ = status;
  refusal_ = why;
  asks_to_close_ = true;
}

}  // namespace cw::http
