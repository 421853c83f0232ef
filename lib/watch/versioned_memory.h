// VersionedMemory<T>: what was worked out from one version of an object, so that it is not worked out again
// until the object changes. Bounded: what was kept first goes first. Thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>

#include "lib/kube/resource.h"
#include "lib/watch/removed_objects.h"

namespace cw::watch {

template <typename T>
class VersionedMemory {
 public:
  explicit VersionedMemory(std::size_t limit) : limit_(limit) {}

  // Null unless it was kept for exactly this version.
  std::shared_ptr<const T> find(const kube::ObjectKey& key, std::uint64_t version) const {
    const std::scoped_lock lock(mutex_);
    const auto found = kept_.find(key);
    if (found == kept_.end() || found->second.version != version) return nullptr;
    return found->second.value;
  }

  void keep(const kube::ObjectKey& key, std::uint64_t version, std::shared_ptr<const T> value) {
    const std::scoped_lock lock(mutex_);
    auto [found, is_new] = kept_.try_emplace(key);
    if (is_new) {
      found->second.place = ++places_;
      order_.push_back({key, places_});
    }
    found->second.version = version;
    found->second.value = std::move(value);
    while (kept_.size() > limit_ && !order_.empty()) {
      if (stands(order_.front())) kept_.erase(order_.front().key);
      order_.pop_front();
    }
    if (order_.size() > 2 * limit_) drop_forgotten();
  }

  void forget(const kube::ObjectKey& key) {
    const std::scoped_lock lock(mutex_);
    kept_.erase(key);
  }

 private:
  struct Kept {
    std::uint64_t version = 0;
    std::shared_ptr<const T> value = nullptr;
    std::uint64_t place = 0;
  };
  struct Place {
    kube::ObjectKey key;
    std::uint64_t place;
  };
  // Not of one that was forgotten since, nor of one that came anew.
  bool stands(const Place& place) const {
    const auto found = kept_.find(place.key);
    return found != kept_.end() && found->second.place == place.place;
  }
  void drop_forgotten() {
    std::erase_if(order_, [this](const Place& place) { return !stands(place); });
  }

  const std::size_t limit_;
  mutable std::mutex mutex_;
  std::unordered_map<kube::ObjectKey, Kept, ObjectKeyHash> kept_;
  std::deque<Place> order_;  // may name some that were forgotten
  std::uint64_t places_ = 0;
};

}  // namespace cw::watch
