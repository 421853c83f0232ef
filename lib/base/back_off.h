// BackOff: how long to wait after a failure, longer after each more. Pure.
#pragma once

#include <chrono>

namespace cw {

// First delay, doubled with each failure up to the last.
struct BackOff {
  std::chrono::milliseconds first{1000};
  std::chrono::milliseconds last{30000};
};
std::chrono::milliseconds delay_after(const BackOff&, unsigned failures);

}  // namespace cw
