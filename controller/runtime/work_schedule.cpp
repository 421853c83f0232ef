#include "controller/runtime/work_schedule.h"

namespace cw::controller::runtime {
namespace {

constexpr unsigned kSoonInARow = 16;

}  // namespace

void WorkSchedule::add(const kube::ObjectKey& key, Turn turn) {
  if (!dirty_.insert(key).second) return;
  if (!processing_.contains(key)) (turn == Turn::Soon ? soon_ : later_).push_back(key);
}

void WorkSchedule::add_after(const kube::ObjectKey& key, SteadyTime due) { delays_.set(key, due); }

void WorkSchedule::add_at(const kube::ObjectKey& key, TimePoint due) { dates_.set(key, due); }

void WorkSchedule::release(SteadyTime steady, TimePoint wall) {
  for (const auto& key : delays_.take_due(steady)) add(key);
  for (const auto& key : dates_.take_due(wall)) add(key, Turn::Later);
}

std::optional<kube::ObjectKey> WorkSchedule::take() {
  if (waiting() == 0) return std::nullopt;
  const bool is_later = soon_.empty() || (!later_.empty() && soon_in_a_row_ >= kSoonInARow);
  soon_in_a_row_ = is_later ? 0 : soon_in_a_row_ + 1;
  auto& queue = is_later ? later_ : soon_;
  auto key = std::move(queue.front());
  queue.pop_front();
  dirty_.erase(key);
  processing_.insert(key);
  return key;
}

void WorkSchedule::done(const kube::ObjectKey& key) {
  processing_.erase(key);
  if (dirty_.contains(key)) soon_.push_back(key);
}

}  // namespace cw::controller::runtime
