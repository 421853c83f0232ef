// WatchHub: who waits for which scope. A commit wakes only those whose scope it touched. Thread-safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "apiserver/store.h"

namespace cw::apiserver {

// One waiting reader. A wake-up before the wait counts.
class WakeSignal {
 public:
  void wake();
  // True if woken, false after `wait` or on `stop`.
  bool wait_for(std::chrono::milliseconds wait, const std::stop_token& stop);

 private:
  std::mutex mutex_;
  std::condition_variable_any woken_;
  bool pending_ = false;
};

class WatchHub {
 public:
  void add(const StoreScope&, WakeSignal&);
  void remove(const StoreScope&, WakeSignal&);
  // Those of the namespace and those of all namespaces.
  void wake(const StoreScope& changed);
  void wake_all();

 private:
  std::mutex mutex_;
  std::unordered_map<std::string, std::unordered_set<WakeSignal*>> waiting_;
};

}  // namespace cw::apiserver
