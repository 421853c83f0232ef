#include "lib/pki/utf16.h"

#include <cstdint>

#include "lib/base/encoding.h"

namespace cw::pki {
namespace {

// Reads one code point of text that is known to be UTF-8.
std::uint32_t take_point(std::string_view& text) {
  const auto byte_at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = byte_at(0);
  const std::size_t length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  std::uint32_t point = length == 1 ? first : first & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) point = (point << 6U) | (byte_at(i) & 0x3FU);
  text.remove_prefix(length);
  return point;
}

void append_unit(std::string& out, std::uint32_t unit) {
  out += static_cast<char>(unit >> 8U);
  out += static_cast<char>(unit & 0xFFU);
}

}  // namespace

Result<std::string> to_utf16(std::string_view utf8) {
  if (!is_valid_utf8(utf8)) return Error{Code::Invalid, "text is not valid UTF-8"};
  std::string out;
  out.reserve(2 * utf8.size());
  while (!utf8.empty()) {
    const std::uint32_t point = take_point(utf8);
    if (point < 0x10000) {
      append_unit(out, point);
    } else {
      append_unit(out, 0xD800 + ((point - 0x10000) >> 10U));
      append_unit(out, 0xDC00 + ((point - 0x10000) & 0x3FFU));
    }
  }
  return out;
}

}  // namespace cw::pki
