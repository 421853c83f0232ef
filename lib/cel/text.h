// Text as CEL counts it: in code points. A byte that starts no valid sequence counts as one, so that no
// bytes are dangerous. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace cw::cel {

std::size_t characters(std::string_view text);
// Bytes of the character that text begins with; 0 for none.
std::size_t character_length(std::string_view text);
// The byte at which the character number `index` begins; the size of the text for indices beyond it.
std::size_t byte_of_character(std::string_view text, std::uint64_t index);
// Its code point, U+FFFD for a byte that is no UTF-8.
char32_t code_point(std::string_view character);
void append_character(std::string& to, char32_t code_point);
// Valid for a code point in UTF-8: no surrogate, at most U+10FFFF.
constexpr bool is_character(std::uint32_t value) {
  return value < 0xD800 || (value > 0xDFFF && value <= 0x10FFFF);
}
// For messages: 'x', or U+00A0 for what does not show.
std::string named_character(std::string_view text);

}  // namespace cw::cel
