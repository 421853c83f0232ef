// UTF-8 read rune by rune, as Go ranges over a string. Pure.
#pragma once

#include <cstddef>
#include <string_view>

namespace cw::kube {

struct Rune {
  char32_t value = 0;
  std::size_t length = 0;  // bytes it took; 1 for a byte that starts no valid sequence
  bool valid = false;
};

// The rune at `at`, which must be inside the text.
Rune rune_at(std::string_view text, std::size_t at);

// Go's strconv.IsPrint, but for code points that no Unicode version assigns.
bool is_printable(char32_t rune);

}  // namespace cw::kube
