#include "controller/runtime/work_schedule.h"

#include <algorithm>
#include <cstdint>

namespace cw::controller::runtime {

milliseconds delay_after(const BackOff& back_off, unsigned failures) {
  constexpr unsigned kMaxShift = 30;  // of 64 bits, with room for the first delay
  const auto factor = std::int64_t{1} << std::min(failures, kMaxShift);
  if (back_off.first.count() > back_off.last.count() / factor) return back_off.last;
  return back_off.first * factor;
}

void WorkSchedule::add(const kube::ObjectKey& key) {
  if (!dirty_.insert(key).second) return;
  if (!processing_.contains(key)) queue_.push_back(key);
}

void WorkSchedule::add_after(const kube::ObjectKey& key, SteadyTime due) { delays_.set(key, due); }

void WorkSchedule::add_at(const kube::ObjectKey& key, TimePoint due) { dates_.set(key, due); }

void WorkSchedule::release(SteadyTime steady, TimePoint wall) {
  for (const auto& key : delays_.take_due(steady)) add(key);
  for (const auto& key : dates_.take_due(wall)) add(key);
}

std::optional<kube::ObjectKey> WorkSchedule::take() {
  if (queue_.empty()) return std::nullopt;
  auto key = std::move(queue_.front());
  queue_.pop_front();
  dirty_.erase(key);
  processing_.insert(key);
  return key;
}

void WorkSchedule::done(const kube::ObjectKey& key) {
  processing_.erase(key);
  if (dirty_.contains(key)) queue_.push_back(key);
}

}  // namespace cw::controller::runtime
