// ObjectCache<T>: the objects of one resource as last seen, by key and by secondary indexes. Never goes
// back: what carries an older resourceVersion than what is here is ignored, wherever it comes from.
// What cannot be decoded is kept as "unreadable" with the reason. Look-ups cost the same however many objects
// there are. Thread-safe; handlers run on the thread that brought the change, with no lock held.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "lib/base/result.h"
#include "lib/kube/resource.h"
#include "lib/watch/object_version.h"
#include "lib/watch/removed_objects.h"

namespace cw::watch {

template <typename T>
class ObjectCache {
 public:
  using Pointer = std::shared_ptr<const T>;
  // `before` and `after` are null when there was or is none (or none that can be read).
  using OnChange = std::function<void(const kube::ObjectKey&, const Pointer& before, const Pointer& after)>;
  // The values under which an object is found; none: it is not in this index.
  using IndexValues = std::function<std::vector<std::string>(const T&)>;
  using Index = std::size_t;

  // Both before anything is stored.
  Index add_index(IndexValues values) {
    indexes_.push_back({std::move(values), {}});
    return indexes_.size() - 1;
  }
  void on_change(OnChange handler) { handlers_.push_back(std::move(handler)); }

  Pointer find(const kube::ObjectKey& key) const {
    const std::shared_lock lock(mutex_);
    const auto found = entries_.find(key);
    return found == entries_.end() ? nullptr : found->second.object;
  }

  // Why the object of that key cannot be read; nullopt if it can, or is not there.
  std::optional<std::string> unreadable(const kube::ObjectKey& key) const {
    const std::shared_lock lock(mutex_);
    const auto found = entries_.find(key);
    if (found == entries_.end() || found->second.object) return std::nullopt;
    return *found->second.problem;
  }

  // In the order of their keys; the first `limit` of them.
  std::vector<std::pair<kube::ObjectKey, Pointer>> find_by(
      Index index, const std::string& value,
      std::size_t limit = std::numeric_limits<std::size_t>::max()) const {
    const std::shared_lock lock(mutex_);
    std::vector<std::pair<kube::ObjectKey, Pointer>> found;
    const auto& order = indexes_.at(index).order;
    for (auto it = order.lower_bound({value, kube::ObjectKey{}});
         it != order.end() && it->first == value && found.size() < limit; ++it) {
      const auto entry = entries_.find(it->second);
      if (entry != entries_.end()) found.emplace_back(it->second, entry->second.object);
    }
    return found;
  }

  // For metrics only: this is the one walk over everything.
  std::vector<Pointer> all() const {
    const std::shared_lock lock(mutex_);
    std::vector<Pointer> objects;
    objects.reserve(entries_.size());
    for (const auto& [key, entry] : entries_) {
      if (entry.object) objects.push_back(entry.object);
    }
    return objects;
  }

  std::size_t size() const {
    const std::shared_lock lock(mutex_);
    return entries_.size();
  }

  void put(const ObjectVersion& seen, Result<T> decoded) {
    Entry entry{seen.version, 0, nullptr, nullptr};
    if (decoded) {
      entry.object = std::make_shared<const T>(std::move(decoded).value());
    } else {
      entry.problem = std::make_unique<std::string>(decoded.error().message);
    }
    Pointer before;
    const Pointer after = entry.object;
    if (!store(seen.key, std::move(entry), before)) return;
    announce(seen.key, before, after);
  }

  // The object was deleted; `version` is that of the deletion.
  void remove(const kube::ObjectKey& key, std::uint64_t version) {
    Pointer before;
    if (!erase(key, version, before)) return;
    announce(key, before, nullptr);
  }

  // We deleted what is here; the version of the deletion is not known.
  void forget(const kube::ObjectKey& key) {
    std::uint64_t version = 0;
    {
      const std::shared_lock lock(mutex_);
      const auto found = entries_.find(key);
      if (found == entries_.end()) return;
      version = found->second.version;
    }
    remove(key, version);
  }

  // A list as of one version: expect_list() before it is asked for, then begin_list(), put() and keep() for
  // each item, end_list(). After that everything that was not in it and is not newer is gone.
  void expect_list() {
    const std::unique_lock lock(mutex_);
    expected_ = newest_;
  }
  void begin_list(std::uint64_t version) {
    const std::unique_lock lock(mutex_);
    ++round_;
    if (version >= expected_) return;
    // The server went back in time (restored from a backup): all that we know is worth nothing.
    for (auto& [key, entry] : entries_) entry.version = 0;
    removed_.clear();
    newest_ = version;
  }
  void keep(const kube::ObjectKey& key) {
    const std::unique_lock lock(mutex_);
    const auto found = entries_.find(key);
    if (found != entries_.end()) found->second.round = round_;
  }
  void end_list(std::uint64_t version) {
    for (const auto& key : not_listed(version)) remove(key, version);
  }

 private:
  struct Entry {
    std::uint64_t version = 0;
    std::uint64_t round = 0;  // of the last list that named it
    Pointer object;
    std::unique_ptr<std::string> problem;  // if there is no object
  };
  struct IndexOrder {
    IndexValues values;
    std::set<std::pair<std::string, kube::ObjectKey>> order;
  };

  bool store(const kube::ObjectKey& key, Entry entry, Pointer& before) {
    const std::unique_lock lock(mutex_);
    if (removed_.covers(key, entry.version)) return false;
    newest_ = std::max(newest_, entry.version);
    auto [found, is_new] = entries_.try_emplace(key);
    if (!is_new && entry.version <= found->second.version) return false;
    before = std::move(found->second.object);
    entry.round = is_new ? round_ : found->second.round;
    found->second = std::move(entry);
    index(key, before, found->second.object);
    return true;
  }

  bool erase(const kube::ObjectKey& key, std::uint64_t version, Pointer& before) {
    const std::unique_lock lock(mutex_);
    newest_ = std::max(newest_, version);
    const auto found = entries_.find(key);
    if (found != entries_.end() && found->second.version > version) return false;
    removed_.add(key, version);
    if (found == entries_.end()) return false;
    before = std::move(found->second.object);
    entries_.erase(found);
    index(key, before, nullptr);
    return true;
  }

  void index(const kube::ObjectKey& key, const Pointer& before, const Pointer& after) {
    for (auto& [values, order] : indexes_) {
      const auto old_values = before ? values(*before) : std::vector<std::string>{};
      auto new_values = after ? values(*after) : std::vector<std::string>{};
      if (old_values == new_values) continue;
      for (const auto& value : old_values) order.erase({value, key});
      for (auto& value : new_values) order.emplace(std::move(value), key);
    }
  }

  std::vector<kube::ObjectKey> not_listed(std::uint64_t version) const {
    const std::shared_lock lock(mutex_);
    std::vector<kube::ObjectKey> keys;
    for (const auto& [key, entry] : entries_) {
      if (entry.round != round_ && entry.version <= version) keys.push_back(key);
    }
    return keys;
  }

  void announce(const kube::ObjectKey& key, const Pointer& before, const Pointer& after) const {
    for (const auto& handler : handlers_) handler(key, before, after);
  }

  mutable std::shared_mutex mutex_;
  std::unordered_map<kube::ObjectKey, Entry, ObjectKeyHash> entries_;
  RemovedObjects removed_;
  std::vector<IndexOrder> indexes_;
  std::vector<OnChange> handlers_;
  std::uint64_t round_ = 0;
  std::uint64_t newest_ = 0;    // version of this resource seen so far
  std::uint64_t expected_ = 0;  // newest_ before the list that is under way
};

}  // namespace cw::watch
