// ChunkDecoder: the chunked transfer coding (RFC 9112 §7.1) of a request body, strict and bounded. Pure:
// bytes in, body out. Trailers are read and dropped.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace cw::http {

class ChunkDecoder {
 public:
  enum class State : std::uint8_t { More, Complete, Malformed, TooLarge };

  explicit ChunkDecoder(std::size_t max_body) : max_body_(max_body) {}

  // Appends the data to `body`; returns how many of the bytes belong to this body.
  std::size_t feed(std::string_view bytes, std::string& body);
  State state() const { return state_; }

 private:
  enum class Part : std::uint8_t { Size, Data, DataEnd, Trailer };
  std::size_t take_data(std::string_view bytes, std::string& body);
  std::size_t take_line(std::string_view bytes, std::size_t body_size);
  void end_line(std::size_t body_size);
  void start_chunk(std::size_t body_size);

  std::size_t max_body_;
  State state_ = State::More;
  Part part_ = Part::Size;
  std::string line_;
  std::size_t left_ = 0;      // bytes of the current chunk still to come
  std::size_t overhead_ = 0;  // bytes of size lines and trailers so far
};

}  // namespace cw::http
