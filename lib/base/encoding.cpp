#include "lib/base/encoding.h"

#include <array>
#include <cstdint>

namespace cw {
namespace {

constexpr std::string_view kStandard = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kUrl = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::uint8_t kNotInAlphabet = 0xFF;

constexpr std::array<std::uint8_t, 256> reverse_of(std::string_view alphabet) {
  std::array<std::uint8_t, 256> table{};
  table.fill(kNotInAlphabet);
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    table[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return table;
}

constexpr auto kStandardReverse = reverse_of(kStandard);
constexpr auto kUrlReverse = reverse_of(kUrl);

std::string encode(std::string_view bytes, std::string_view alphabet, bool padded) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  std::uint32_t bits = 0;
  int pending = 0;
  for (const unsigned char byte : bytes) {
    bits = (bits << 8U) | byte;
    pending += 8;
    while (pending >= 6) {
      pending -= 6;
      out += alphabet[(bits >> static_cast<unsigned>(pending)) & 63U];
    }
  }
  if (pending > 0) out += alphabet[(bits << static_cast<unsigned>(6 - pending)) & 63U];
  while (padded && out.size() % 4 != 0) out += '=';
  return out;
}

// Decodes `text`, which holds no padding and no line breaks.
std::optional<std::string> decode(std::string_view text, const std::array<std::uint8_t, 256>& reverse) {
  if (text.size() % 4 == 1) return std::nullopt;
  std::string out;
  out.reserve(text.size() / 4 * 3 + 2);
  std::uint32_t bits = 0;
  int pending = 0;
  for (const unsigned char symbol : text) {
    const std::uint8_t value = reverse[symbol];
    if (value == kNotInAlphabet) return std::nullopt;
    bits = (bits << 6U) | value;
    pending += 6;
    if (pending >= 8) {
      pending -= 8;
      out += static_cast<char>((bits >> static_cast<unsigned>(pending)) & 0xFFU);
    }
  }
  return out;
}

}  // namespace

std::string encode_base64(std::string_view bytes) { return encode(bytes, kStandard, true); }

std::string encode_base64url(std::string_view bytes) { return encode(bytes, kUrl, false); }

std::optional<std::string> decode_base64(std::string_view text) {
  std::string joined;
  if (text.find_first_of("\r\n") != std::string_view::npos) {
    for (const char c : text) {
      if (c != '\r' && c != '\n') joined += c;
    }
    text = joined;
  }
  if (text.size() % 4 != 0) return std::nullopt;
  if (text.ends_with("==")) return decode(text.substr(0, text.size() - 2), kStandardReverse);
  if (text.ends_with("=")) return decode(text.substr(0, text.size() - 1), kStandardReverse);
  return decode(text, kStandardReverse);
}

std::optional<std::string> decode_base64url(std::string_view text) { return decode(text, kUrlReverse); }

std::string encode_hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const unsigned char byte : bytes) {
    out += kDigits[byte >> 4U];
    out += kDigits[byte & 15U];
  }
  return out;
}

bool is_valid_utf8(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size()) {
    const auto lead = static_cast<unsigned char>(text[i]);
    std::size_t length = 0;
    std::uint32_t rune = 0;
    if (lead < 0x80) {
      ++i;
      continue;
    }
    if (lead >= 0xC2 && lead <= 0xDF) {
      length = 2;
      rune = lead & 0x1FU;
    } else if (lead >= 0xE0 && lead <= 0xEF) {
      length = 3;
      rune = lead & 0x0FU;
    } else if (lead >= 0xF0 && lead <= 0xF4) {
      length = 4;
      rune = lead & 0x07U;
    } else
      return false;
    if (i + length > text.size()) return false;
    for (std::size_t k = 1; k < length; ++k) {
      const auto next = static_cast<unsigned char>(text[i + k]);
      if ((next & 0xC0U) != 0x80U) return false;
      rune = (rune << 6U) | (next & 0x3FU);
    }
    const bool overlong = (length == 3 && rune < 0x800) || (length == 4 && rune < 0x10000);
    if (overlong || rune > 0x10FFFF || (rune >= 0xD800 && rune <= 0xDFFF)) return false;
    i += length;
  }
  return true;
}

}  // namespace cw
