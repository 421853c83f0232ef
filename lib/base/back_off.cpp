#include "lib/base/back_off.h"

#include <algorithm>
#include <cstdint>

namespace cw {

std::chrono::milliseconds delay_after(const BackOff& back_off, unsigned failures) {
  constexpr unsigned kMaxShift = 30;  // of 64 bits, with room for the first delay
  const auto factor = std::int64_t{1} << std::min(failures, kMaxShift);
  if (back_off.first.count() > back_off.last.count() / factor) return back_off.last;
  return back_off.first * factor;
}

}  // namespace cw
