#include "lib/cel/text.h"

#include <cstdio>
#include <cstring>

namespace cw::cel {
namespace {

constexpr bool is_tail(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

// What a lead byte promises; 1 for a byte that is no lead of more.
std::size_t promised(unsigned char lead) {
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 1;
}

std::uint32_t decoded(std::string_view text, std::size_t length) {
  constexpr std::uint32_t kMasks[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
  std::uint32_t value = static_cast<unsigned char>(text[0]) & kMasks[length];
  for (std::size_t i = 1; i < length; ++i)
    value = (value << 6U) | (static_cast<unsigned char>(text[i]) & 0x3FU);
  return value;
}

bool is_plain(std::string_view text) {
  // Eight bytes at a time: the compiler does not do it at -O2.
  std::uint64_t all = 0;
  for (; text.size() >= sizeof all; text.remove_prefix(sizeof all)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data(), sizeof word);
    all |= word;
  }
  for (const char c : text) all |= static_cast<unsigned char>(c);
  return (all & 0x8080808080808080U) == 0;
}

}  // namespace

std::size_t character_length(std::string_view text) {
  if (text.empty()) return 0;
  const std::size_t length = promised(static_cast<unsigned char>(text[0]));
  if (length > text.size()) return 1;
  for (std::size_t i = 1; i < length; ++i) {
    if (!is_tail(text[i])) return 1;
  }
  if (length < 3) return length;
  const std::uint32_t value = decoded(text, length);
  const bool overlong = value < (length == 3 ? 0x800U : 0x10000U);
  return overlong || !is_character(value) ? 1 : length;
}

std::size_t characters(std::string_view text) {
  if (is_plain(text)) return text.size();
  std::size_t count = 0;
  while (!text.empty()) {
    text.remove_prefix(character_length(text));
    ++count;
  }
  return count;
}

std::size_t byte_of_character(std::string_view text, std::uint64_t index) {
  std::size_t at = 0;
  while (index > 0 && at < text.size()) {
    at += character_length(text.substr(at));
    --index;
  }
  return at;
}

char32_t code_point(std::string_view character) {
  const auto lead = static_cast<unsigned char>(character[0]);
  if (character.size() == 1) return lead < 0x80 ? lead : 0xFFFD;
  return decoded(character, character.size());
}

void append_character(std::string& to, char32_t value) {
  const auto put = [&](std::uint32_t byte) { to += static_cast<char>(byte); };
  if (value < 0x80) {
    put(value);
  } else if (value < 0x800) {
    put(0xC0U | (value >> 6U));
    put(0x80U | (value & 0x3FU));
  } else if (value < 0x10000) {
    put(0xE0U | (value >> 12U));
    put(0x80U | ((value >> 6U) & 0x3FU));
    put(0x80U | (value & 0x3FU));
  } else {
    put(0xF0U | (value >> 18U));
    put(0x80U | ((value >> 12U) & 0x3FU));
    put(0x80U | ((value >> 6U) & 0x3FU));
    put(0x80U | (value & 0x3FU));
  }
}

std::string named_character(std::string_view text) {
  const std::string_view character = text.substr(0, character_length(text));
  const char32_t value = character.empty() ? 0 : code_point(character);
  if (value > 0x20 && value < 0x7F) return "'" + std::string(character) + "'";
  char name[16];
  (void)std::snprintf(name, sizeof name, "U+%04X", static_cast<unsigned>(value));
  return name;
}

}  // namespace cw::cel
