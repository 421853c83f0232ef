#include "lib/base/random.h"

#include <cerrno>
#include <string_view>

#include <sys/random.h>

#include "lib/base/assert.h"
#include "lib/base/encoding.h"

namespace cw {

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  std::size_t filled = 0;
  while (filled < count) {
    const ssize_t got = ::getrandom(bytes.data() + filled, count - filled, 0);
    if (got < 0 && errno == EINTR) continue;
    CW_ASSERT(got > 0);
    filled += static_cast<std::size_t>(got);
  }
  return bytes;
}

std::string random_uuid() {
  std::string bytes = random_bytes(16);
  bytes[6] = static_cast<char>((static_cast<unsigned char>(bytes[6]) & 0x0FU) | 0x40U);
  bytes[8] = static_cast<char>((static_cast<unsigned char>(bytes[8]) & 0x3FU) | 0x80U);
  std::string text = encode_hex(bytes);
  for (const std::size_t at : {8U, 13U, 18U, 23U}) text.insert(at, 1, '-');
  return text;
}

std::string random_name_suffix(std::size_t count) {
  constexpr std::string_view kAlphabet = "bcdfghjklmnpqrstvwxz2456789";
  std::string suffix;
  for (const unsigned char byte : random_bytes(count)) suffix += kAlphabet[byte % kAlphabet.size()];
  return suffix;
}

std::chrono::milliseconds jittered(std::chrono::milliseconds pause) {
  constexpr std::int64_t kSteps = 256;
  const auto share = static_cast<unsigned char>(random_bytes(1).front());
  return pause + pause / 2 * static_cast<std::int64_t>(share) / kSteps;
}

}  // namespace cw
