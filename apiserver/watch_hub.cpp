#include "apiserver/watch_hub.h"

namespace cw::apiserver {
namespace {

// No resource or namespace has a slash in its name.
std::string name_of(const std::string& resource, const std::string& name_space) {
  return resource + "/" + name_space;
}

}  // namespace

void WakeSignal::wake() {
  {
    const std::lock_guard lock(mutex_);
    pending_ = true;
  }
  woken_.notify_one();
}

bool WakeSignal::wait_for(std::chrono::milliseconds wait, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  woken_.wait_for(lock, stop, wait, [this] { return pending_; });
  return std::exchange(pending_, false);
}

void WatchHub::add(const StoreScope& scope, WakeSignal& signal) {
  const std::lock_guard lock(mutex_);
  waiting_[name_of(scope.resource, scope.name_space)].insert(&signal);
}

void WatchHub::remove(const StoreScope& scope, WakeSignal& signal) {
  const std::lock_guard lock(mutex_);
  const auto at = waiting_.find(name_of(scope.resource, scope.name_space));
  if (at == waiting_.end()) return;
  at->second.erase(&signal);
  if (at->second.empty()) waiting_.erase(at);
}

void WatchHub::wake(const StoreScope& changed) {
  const std::lock_guard lock(mutex_);
  const auto wake_those = [this](const std::string& name) {
    const auto at = waiting_.find(name);
    if (at == waiting_.end()) return;
    for (WakeSignal* signal : at->second) signal->wake();
  };
  wake_those(name_of(changed.resource, {}));
  if (!changed.name_space.empty()) wake_those(name_of(changed.resource, changed.name_space));
}

void WatchHub::wake_all() {
  const std::lock_guard lock(mutex_);
  for (const auto& [name, signals] : waiting_) {
    for (WakeSignal* signal : signals) signal->wake();
  }
}

}  // namespace cw::apiserver
