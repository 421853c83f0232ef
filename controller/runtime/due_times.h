// DueTimes: at most one point in time for each key, earliest first. The timers of a WorkSchedule.
// Not thread-safe. All operations are logarithmic in the number of keys.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "lib/kube/resource.h"

namespace cw::controller::runtime {

template <typename Time>
class DueTimes {
 public:
  // Replaces the key's earlier time.
  void set(const kube::ObjectKey& key, Time due) {
    cancel(key);
    order_.emplace(due, key);
    times_.emplace(key, due);
  }

  void cancel(const kube::ObjectKey& key) {
    const auto found = times_.find(key);
    if (found == times_.end()) return;
    order_.erase({found->second, key});
    times_.erase(found);
  }

  bool contains(const kube::ObjectKey& key) const { return times_.contains(key); }

  // The keys whose time has come, taken out.
  std::vector<kube::ObjectKey> take_due(Time now) {
    std::vector<kube::ObjectKey> due;
    while (!order_.empty() && order_.begin()->first <= now) {
      due.push_back(order_.begin()->second);
      cancel(due.back());
    }
    return due;
  }

  std::optional<Time> earliest() const {
    if (order_.empty()) return std::nullopt;
    return order_.begin()->first;
  }

  std::size_t size() const { return order_.size(); }

 private:
  std::set<std::pair<Time, kube::ObjectKey>> order_;
  std::map<kube::ObjectKey, Time> times_;
};

}  // namespace cw::controller::runtime
