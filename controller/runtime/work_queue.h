// WorkQueue: a WorkSchedule that many threads share. Dates are read from the injected Clock, and checked at
// least every few seconds, so a clock that jumps is noticed; delays run on the steady clock.
// Thread-safe.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <stop_token>

#include "controller/runtime/work_schedule.h"
#include "lib/base/back_off.h"
#include "lib/base/clock.h"
#include "lib/kube/resource.h"

namespace cw::controller::runtime {

class WorkQueue {
 public:
  WorkQueue(const Clock& clock, BackOff back_off) : clock_(clock), back_off_(back_off) {}
  WorkQueue(const WorkQueue&) = delete;
  WorkQueue& operator=(const WorkQueue&) = delete;
  ~WorkQueue() = default;

  void add(const kube::ObjectKey&, Turn = Turn::Soon);
  void add_after(const kube::ObjectKey&, milliseconds delay);
  // Unless there will be a pass anyway, sooner or later.
  void add_after_if_none(const kube::ObjectKey&, milliseconds delay);
  // nullopt: no date any more.
  void set_date(const kube::ObjectKey&, std::optional<TimePoint>);

  // The delay grows with each failure in a row until forget().
  void add_after_failure(const kube::ObjectKey&);
  void add_after_failure(const kube::ObjectKey&, const BackOff&);
  void forget(const kube::ObjectKey&);

  // Blocks until there is work; nullopt when `stop` is asked. Every key taken is given back with done().
  std::optional<kube::ObjectKey> take(const std::stop_token& stop);
  // As take(), but nullopt at once when there is nothing; delays are not waited for, dates are.
  std::optional<kube::ObjectKey> try_take();
  void done(const kube::ObjectKey&);

  std::size_t waiting() const;
  bool idle() const;

 private:
  SteadyTime wake_at() const;  // with mutex_ held

  const Clock& clock_;
  BackOff back_off_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  WorkSchedule schedule_;
};

}  // namespace cw::controller::runtime
