#include "controller/runtime/work_schedule.h"

namespace cw::controller::runtime {

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
