// WorkSchedule: the rules of a work queue without threads or clocks. A key waits at most once, is never
// handed out twice at a time, and one that is added while it is worked on comes back afterwards.
// Owns the timers and the count of failures of each key. Source: client-go util/workqueue; not thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>

#include "controller/runtime/due_times.h"
#include "lib/base/clock.h"
#include "lib/kube/resource.h"

namespace cw::controller::runtime {

using SteadyTime = std::chrono::steady_clock::time_point;
using std::chrono::milliseconds;

// What is under way goes before what has not begun, so that a rush is worked off one after the other, and not
// all of it in steps. What has not begun is not starved: every few keys it has a turn.
enum class Turn : std::uint8_t { Soon, Later };

class WorkSchedule {
 public:
  void add(const kube::ObjectKey&, Turn = Turn::Soon);
  // The next two replace an earlier time of the same kind. Steady time is for waiting, wall time for dates.
  void add_after(const kube::ObjectKey&, SteadyTime due);
  void add_at(const kube::ObjectKey&, TimePoint due);
  void cancel_at(const kube::ObjectKey& key) { dates_.cancel(key); }

  // There will be a pass anyway.
  bool is_planned(const kube::ObjectKey& key) const {
    return dirty_.contains(key) || delays_.contains(key) || dates_.contains(key);
  }

  // Puts those into the queue whose time has come.
  void release(SteadyTime, TimePoint);

  std::optional<kube::ObjectKey> take();
  void done(const kube::ObjectKey&);

  // Counts one more failure; the answer is how many there were before.
  unsigned failed(const kube::ObjectKey& key) { return failures_[key]++; }
  void forget(const kube::ObjectKey& key) { failures_.erase(key); }

  std::optional<SteadyTime> next_delay() const { return delays_.earliest(); }
  std::optional<TimePoint> next_date() const { return dates_.earliest(); }
  std::size_t waiting() const { return soon_.size() + later_.size(); }
  bool idle() const { return waiting() == 0 && processing_.empty(); }

 private:
  std::deque<kube::ObjectKey> soon_;
  std::deque<kube::ObjectKey> later_;
  unsigned soon_in_a_row_ = 0;
  std::set<kube::ObjectKey> dirty_;  // in one of the two, or to go there after done()
  std::set<kube::ObjectKey> processing_;
  std::map<kube::ObjectKey, unsigned> failures_;
  DueTimes<SteadyTime> delays_;
  DueTimes<TimePoint> dates_;
};

}  // namespace cw::controller::runtime
