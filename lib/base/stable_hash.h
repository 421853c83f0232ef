// A hash that stays the same over releases and machines, for what is decided by it everywhere alike. Not for
// secrets: anyone can find collisions. Pure.
#pragma once

#include <cstdint>
#include <string_view>

namespace cw {

// FNV-1a, 64 bits.
constexpr std::uint64_t stable_hash(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3U;
  }
  return hash;
}

}  // namespace cw
