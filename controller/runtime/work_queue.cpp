#include "controller/runtime/work_queue.h"

#include <algorithm>

namespace cw::controller::runtime {
namespace {

// A suspended machine or a changed clock is noticed after at most this long.
constexpr std::chrono::seconds kDateCheck{5};

}  // namespace

void WorkQueue::add(const kube::ObjectKey& key, Turn turn) {
  {
    const std::scoped_lock lock(mutex_);
    schedule_.add(key, turn);
  }
  changed_.notify_one();
}

void WorkQueue::add_after(const kube::ObjectKey& key, milliseconds delay) {
  {
    const std::scoped_lock lock(mutex_);
    schedule_.add_after(key, std::chrono::steady_clock::now() + delay);
  }
  changed_.notify_one();
}

void WorkQueue::add_after_if_none(const kube::ObjectKey& key, milliseconds delay) {
  {
    const std::scoped_lock lock(mutex_);
    if (schedule_.is_planned(key)) return;
    schedule_.add_after(key, std::chrono::steady_clock::now() + delay);
  }
  changed_.notify_one();
}

void WorkQueue::set_date(const kube::ObjectKey& key, std::optional<TimePoint> due) {
  const std::scoped_lock lock(mutex_);
  if (due) {
    schedule_.add_at(key, *due);
    changed_.notify_one();
  } else {
    schedule_.cancel_at(key);
  }
}

void WorkQueue::add_after_failure(const kube::ObjectKey& key) { add_after_failure(key, back_off_); }

void WorkQueue::add_after_failure(const kube::ObjectKey& key, const BackOff& back_off) {
  {
    const std::scoped_lock lock(mutex_);
    const auto delay = delay_after(back_off, schedule_.failed(key));
    schedule_.add_after(key, std::chrono::steady_clock::now() + delay);
  }
  changed_.notify_one();
}

void WorkQueue::forget(const kube::ObjectKey& key) {
  const std::scoped_lock lock(mutex_);
  schedule_.forget(key);
}

std::optional<kube::ObjectKey> WorkQueue::take(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    schedule_.release(std::chrono::steady_clock::now(), clock_.now());
    if (auto key = schedule_.take()) return key;
    const auto wake = wake_at();
    changed_.wait_until(lock, stop, wake, [&] { return schedule_.waiting() > 0 || wake_at() < wake; });
  }
  return std::nullopt;
}

std::optional<kube::ObjectKey> WorkQueue::try_take() {
  const std::scoped_lock lock(mutex_);
  schedule_.release(SteadyTime::max(), clock_.now());
  return schedule_.take();
}

void WorkQueue::done(const kube::ObjectKey& key) {
  {
    const std::scoped_lock lock(mutex_);
    schedule_.done(key);
  }
  changed_.notify_one();
}

std::size_t WorkQueue::waiting() const {
  const std::scoped_lock lock(mutex_);
  return schedule_.waiting();
}

bool WorkQueue::idle() const {
  const std::scoped_lock lock(mutex_);
  return schedule_.idle();
}

SteadyTime WorkQueue::wake_at() const {
  const auto now = std::chrono::steady_clock::now();
  auto wake = now + kDateCheck;
  if (const auto delay = schedule_.next_delay()) wake = std::min(wake, *delay);
  if (const auto date = schedule_.next_date()) {
    const auto left = std::clamp(*date - clock_.now(), std::chrono::seconds(0), kDateCheck);
    wake = std::min(wake, now + left + milliseconds(1));
  }
  return wake;
}

}  // namespace cw::controller::runtime
