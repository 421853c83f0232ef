// Memory<T>: what this process remembers of objects beside what is stored, by key and UID. To lose it costs a
// few requests, nothing else. Thread-safe.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "lib/kube/metadata.h"

namespace cw::controller::acme {

template <typename T>
class Memory {
 public:
  // An empty one if there is none, or one of an earlier object of that name.
  T find(const kube::ObjectMeta& metadata) const {
    const std::scoped_lock lock(mutex_);
    const auto found = entries_.find(kube::key_of(metadata));
    return found != entries_.end() && found->second.uid == metadata.uid ? found->second.value : T{};
  }
  void put(const kube::ObjectMeta& metadata, T value) {
    const std::scoped_lock lock(mutex_);
    entries_[kube::key_of(metadata)] = {metadata.uid, std::move(value)};
  }
  void forget(const kube::ObjectKey& key) {
    const std::scoped_lock lock(mutex_);
    entries_.erase(key);
  }
  std::size_t size() const {
    const std::scoped_lock lock(mutex_);
    return entries_.size();
  }

 private:
  struct Entry {
    std::string uid;
    T value;
  };
  mutable std::mutex mutex_;
  std::map<kube::ObjectKey, Entry> entries_;
};

}  // namespace cw::controller::acme
