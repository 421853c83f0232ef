#include "lib/kube/json_text.h"

#include <array>

#include "lib/kube/utf8.h"

namespace cw::kube {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

// Bytes that stand for themselves inside a JSON string.
constexpr std::array<bool, 256> kPlain = [] {
  std::array<bool, 256> plain{};
  for (std::size_t c = 0x20; c < 0x7F; ++c) plain[c] = true;
  for (const char c : {'"', '\\', '<', '>', '&'}) plain[static_cast<unsigned char>(c)] = false;
  return plain;
}();

void append_unicode_escape(std::string& out, char32_t rune) {
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4)
    out += kHexDigits[(rune >> static_cast<unsigned>(shift)) & 0xFU];
}

void append_ascii(std::string& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      append_unicode_escape(out, static_cast<unsigned char>(c));
  }
}

// Of a rune that is not ASCII. U+2028 and U+2029 are escaped for readers that are JavaScript.
void append_rune(std::string& out, std::string_view bytes, const Rune& rune) {
  if (!rune.valid) {
    out += "\\ufffd";
  } else if (rune.value == 0x2028 || rune.value == 0x2029) {
    append_unicode_escape(out, rune.value);
  } else {
    out += bytes;
  }
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  std::size_t start = 0;  // of the plain run that is not written yet
  std::size_t at = 0;
  while (at < text.size()) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (kPlain[byte]) {
      ++at;
      continue;
    }
    out += text.substr(start, at - start);
    const Rune rune = rune_at(text, at);
    if (byte < 0x80) {
      append_ascii(out, text[at]);
    } else {
      append_rune(out, text.substr(at, rune.length), rune);
    }
    at += rune.length;
    start = at;
  }
  out += text.substr(start);
  out += '"';
}

std::string json_string(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

}  // namespace cw::kube
