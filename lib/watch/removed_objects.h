// RemovedObjects: the objects removed last and up to which version, so that older news of them, from a watch
// or from the answer to a write that is still under way, does not bring them back. Bounded: the oldest are
// dropped. Not thread-safe.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <unordered_map>

#include "lib/kube/resource.h"

namespace cw::watch {

struct ObjectKeyHash {
  std::size_t operator()(const kube::ObjectKey& key) const {
    constexpr std::size_t kPrime = 31;
    return std::hash<std::string>{}(key.name) * kPrime + std::hash<std::string>{}(key.name_space);
  }
};

class RemovedObjects {
 public:
  void add(const kube::ObjectKey& key, std::uint64_t version) {
    auto [found, is_new] = versions_.try_emplace(key, version);
    found->second = std::max(found->second, version);
    if (is_new) order_.push_back(key);
    if (order_.size() <= kLimit) return;
    versions_.erase(order_.front());
    order_.pop_front();
  }

  bool covers(const kube::ObjectKey& key, std::uint64_t version) const {
    const auto found = versions_.find(key);
    return found != versions_.end() && version <= found->second;
  }

  void clear() {
    versions_.clear();
    order_.clear();
  }

 private:
  static constexpr std::size_t kLimit = 1024;
  std::unordered_map<kube::ObjectKey, std::uint64_t, ObjectKeyHash> versions_;
  std::deque<kube::ObjectKey> order_;
};

}  // namespace cw::watch
