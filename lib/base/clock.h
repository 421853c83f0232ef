// Clock: the only source of "now". Production passes SystemClock; tests pass ManualClock.
// Wall clock in whole seconds, as Kubernetes stores times. All implementations are thread-safe.
#pragma once

#include <atomic>
#include <chrono>

namespace cw {

using TimePoint = std::chrono::sys_seconds;

class Clock {
 public:
  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;
  virtual TimePoint now() const = 0;
};

class SystemClock final : public Clock {
 public:
  TimePoint now() const override;
};

class ManualClock final : public Clock {
 public:
  explicit ManualClock(TimePoint start) : now_(start) {}
  TimePoint now() const override { return now_.load(); }
  void advance(std::chrono::seconds by) { now_.store(now_.load() + by); }

 private:
  std::atomic<TimePoint> now_;
};

}  // namespace cw
