#include "lib/pki/der_string.h"

#include <algorithm>
#include <cstdint>

#include "lib/base/ascii.h"
#include "lib/base/encoding.h"

namespace cw::pki::der {
namespace {

// X.680 §41.4.
bool is_printable(char c) {
  return is_letter(c) || is_digit(c) || std::string_view(" '()+,-./:=?").find(c) != std::string_view::npos;
}
// Certificates in the field have these two in PrintableStrings, so reading allows them.
bool is_tolerated_printable(char c) { return is_printable(c) || c == '*' || c == '&'; }
bool is_numeric(char c) { return is_digit(c) || c == ' '; }

void append_utf8(std::string& out, std::uint32_t point) {
  if (point < 0x80) {
    out += static_cast<char>(point);
  } else if (point < 0x800) {
    out += static_cast<char>(0xC0U | (point >> 6U));
    out += static_cast<char>(0x80U | (point & 0x3FU));
  } else {
    out += static_cast<char>(0xE0U | (point >> 12U));
    out += static_cast<char>(0x80U | ((point >> 6U) & 0x3FU));
    out += static_cast<char>(0x80U | (point & 0x3FU));
  }
}

// T.61 is read as Latin-1, as everybody does.
std::string from_latin1(std::string_view text) {
  std::string out;
  for (const unsigned char byte : text) append_utf8(out, byte);
  return out;
}

bool is_bmp_character(std::uint32_t point) {
  const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
  const bool reserved = (point >= 0xFDD0 && point <= 0xFDEF) || point >= 0xFFFE;
  return !surrogate && !reserved;
}

// UCS-2, big-endian; a terminating NUL is dropped.
std::optional<std::string> from_bmp(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  if (text.size() >= 2 && text.ends_with(std::string_view("\0\0", 2))) text.remove_suffix(2);
  std::string out;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const std::uint32_t point = (static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])) << 8U) |
                                static_cast<unsigned char>(text[i + 1]);
    if (!is_bmp_character(point)) return std::nullopt;
    append_utf8(out, point);
  }
  return out;
}

std::optional<std::string> if_all(std::string_view text, bool (*allowed)(char)) {
  if (!std::all_of(text.begin(), text.end(), allowed)) return std::nullopt;
  return std::string(text);
}

Result<std::optional<std::string>> valid(std::optional<std::string> text, std::string_view type) {
  if (!text) return Error{Code::Invalid, "invalid character in " + std::string(type)};
  return text;
}

}  // namespace

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x80; });
}

std::string shown(std::string_view text) {
  constexpr std::size_t kLimit = 100;
  if (!is_valid_utf8(text)) return std::to_string(text.size()) + " bytes that are not UTF-8";
  if (text.size() <= kLimit) return "\"" + std::string(text) + "\"";
  std::size_t end = kLimit;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return "\"" + std::string(text.substr(0, end)) + "...\"";
}

Result<std::string> character_string(std::string_view text) {
  if (std::all_of(text.begin(), text.end(), is_printable)) return element(kPrintableString, text);
  if (!is_valid_utf8(text)) return Error{Code::Invalid, "text is not valid UTF-8"};
  return element(kUtf8String, text);
}

Result<std::optional<std::string>> decode_character_string(const Element& element) {
  const std::string_view text = element.content;
  switch (element.tag) {
    case kUtf8String:
      return valid(is_valid_utf8(text) ? std::optional(std::string(text)) : std::nullopt, "UTF8String");
    case kPrintableString:
      return valid(if_all(text, is_tolerated_printable), "PrintableString");
    case kIa5String:
      return valid(is_ascii(text) ? std::optional(std::string(text)) : std::nullopt, "IA5String");
    case kNumericString:
      return valid(if_all(text, is_numeric), "NumericString");
    case kBmpString:
      return valid(from_bmp(text), "BMPString");
    case kT61String:
      return std::optional(from_latin1(text));
    default:
      return std::optional<std::string>();
  }
}

}  // namespace cw::pki::der
