// MessageReader: one piece of a DNS message after the other, within its bounds. Errors: Unavailable.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace cw::dns {

class MessageReader {
 public:
  MessageReader(std::string_view message, std::size_t at) : message_(message), at_(at) {}

  std::size_t position() const { return at_; }
  Result<std::string> name();  // absolute, lower case; may be compressed
  Result<std::uint16_t> u16();
  Result<std::string> bytes(std::size_t count);
  Status skip(std::size_t count);

 private:
  std::string_view message_;
  std::size_t at_;
};

}  // namespace cw::dns
