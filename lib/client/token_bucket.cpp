#include "lib/client/token_bucket.h"

#include <algorithm>

namespace cw::client {

std::chrono::nanoseconds TokenBucket::take(Time now) {
  using Seconds = std::chrono::duration<double>;
  const std::lock_guard lock(mutex_);
  if (now > counted_at_) {
    tokens_ =
        std::min<double>(limit_.burst, tokens_ + Seconds(now - counted_at_).count() * limit_.per_second);
    counted_at_ = now;
  }
  tokens_ -= 1;
  if (tokens_ >= 0) return std::chrono::nanoseconds(0);
  return std::chrono::duration_cast<std::chrono::nanoseconds>(Seconds(-tokens_ / limit_.per_second));
}

}  // namespace cw::client
