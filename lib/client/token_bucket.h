// TokenBucket: at most so many requests a second, and some more at once after a rest. Who comes too early is
// told how long to wait, in the order of coming. Source: golang.org/x/time/rate, as client-go uses it.
// Thread-safe.
#pragma once

#include <chrono>
#include <mutex>

namespace cw::client {

struct RateLimit {
  double per_second = 20;
  int burst = 50;
};

class TokenBucket {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // Both above zero. Full at first.
  explicit TokenBucket(RateLimit limit) : limit_(limit), tokens_(limit.burst) {}

  // Takes one; how long it takes until it is there.
  std::chrono::nanoseconds take(Time now);

 private:
  const RateLimit limit_;
  std::mutex mutex_;
  double tokens_;  // below zero: promised
  Time counted_at_{};
};

}  // namespace cw::client
