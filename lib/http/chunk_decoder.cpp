#include "lib/http/chunk_decoder.h"

#include <algorithm>
#include <charconv>

namespace cw::http {
namespace {

constexpr std::size_t kMaxLine = 512;
// What all size lines and trailers of a body may come to: chunks of one byte are legal and a nuisance.
constexpr std::size_t kMaxOverhead = 1UL << 20U;

bool is_printable(std::string_view line) {
  return std::all_of(line.begin(), line.end(), [](char c) {
    return c == '\t' || (static_cast<unsigned char>(c) >= 0x20U && c != '\x7f');
  });
}

// Behind a chunk's size (RFC 9112 7.1.1): nothing, or extensions, which are dropped.
bool is_extension(std::string_view rest) {
  const std::size_t begin = std::min(rest.find_first_not_of(" \t"), rest.size());
  return begin == rest.size() || rest[begin] == ';';
}

}  // namespace

std::size_t ChunkDecoder::feed(std::string_view bytes, std::string& body) {
  std::size_t used = 0;
  while (used < bytes.size() && state_ == State::More) {
    const std::string_view rest = bytes.substr(used);
    used += part_ == Part::Data ? take_data(rest, body) : take_line(rest, body.size());
  }
  return used;
}

std::size_t ChunkDecoder::take_data(std::string_view bytes, std::string& body) {
  const std::size_t count = std::min(left_, bytes.size());
  body.append(bytes.substr(0, count));
  left_ -= count;
  if (left_ == 0) part_ = Part::DataEnd;
  return count;
}

std::size_t ChunkDecoder::take_line(std::string_view bytes, std::size_t body_size) {
  const std::size_t end = bytes.find('\n');
  const std::size_t count = end == std::string_view::npos ? bytes.size() : end + 1;
  overhead_ += count;
  if (line_.size() + count > kMaxLine || overhead_ > kMaxOverhead) {
    state_ = State::Malformed;
    return count;
  }
  line_.append(bytes.substr(0, count));
  if (end != std::string_view::npos) end_line(body_size);
  return count;
}

void ChunkDecoder::end_line(std::size_t body_size) {
  const std::string_view text =
      std::string_view(line_).substr(0, line_.size() - std::min<std::size_t>(line_.size(), 2));
  if (!line_.ends_with("\r\n") || !is_printable(text)) {
    state_ = State::Malformed;
    return;
  }
  line_.resize(text.size());
  switch (part_) {
    case Part::Size:
      start_chunk(body_size);
      break;
    case Part::Trailer:
      if (line_.empty()) {
        state_ = State::Complete;
      } else if (line_.find(':') == std::string::npos) {
        state_ = State::Malformed;
      }
      break;
    default:
      part_ = Part::Size;
      if (!line_.empty()) state_ = State::Malformed;
  }
  line_.clear();
}

void ChunkDecoder::start_chunk(std::size_t body_size) {
  std::size_t size = 0;
  const char* const begin = line_.data();
  const char* const end = begin + line_.size();
  const auto [rest, failed] = std::from_chars(begin, end, size, 16);
  if (failed == std::errc::result_out_of_range) {
    state_ = State::TooLarge;
  } else if (failed != std::errc() || !is_extension({rest, end})) {
    state_ = State::Malformed;
  } else if (size > max_body_ - std::min(max_body_, body_size)) {
    state_ = State::TooLarge;
  }
  left_ = size;
  part_ = size == 0 ? Part::Trailer : Part::Data;
}

}  // namespace cw::http
