#include "lib/base/percent.h"

#include "lib/base/ascii.h"

namespace cw {

std::string percent_encoded(std::string_view text, std::string_view keep) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  constexpr std::string_view kUnreserved = "-._~";
  std::string encoded;
  encoded.reserve(text.size());
  for (const char c : text) {
    const bool stays = is_alphanumeric(c) || kUnreserved.find(c) != std::string_view::npos ||
                       keep.find(c) != std::string_view::npos;
    if (stays) {
      encoded += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded += '%';
    encoded += kDigits[byte >> 4U];
    encoded += kDigits[byte & 0xFU];
  }
  return encoded;
}

}  // namespace cw
