// ObjectCache<T>: the objects of one resource as last seen, by key and by secondary indexes. Never goes
// back: what carries an older resourceVersion than what is here is ignored, wherever it comes from.
// What cannot be decoded is kept as "unreadable" with the reason. Look-ups cost the same however many objects
// there are. What has not been written or looked at for long may be kept packed. Thread-safe; handlers run on
// the thread that brought the change, with no lock held.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "lib/base/assert.h"
#include "lib/base/result.h"
#include "lib/kube/resource.h"
#include "lib/watch/index_set.h"
#include "lib/watch/object_version.h"
#include "lib/watch/packing.h"
#include "lib/watch/removed_objects.h"

namespace cw::watch {

template <typename T>
class ObjectCache {
 public:
  using Pointer = std::shared_ptr<const T>;
  // `before` and `after` are null when there was or is none (or none that can be read).
  using OnChange = std::function<void(const kube::ObjectKey&, const Pointer& before, const Pointer& after)>;
  using IndexValues = typename IndexSet<T>::Values;
  using Index = typename IndexSet<T>::Index;

  // All before anything is stored.
  Index add_index(IndexValues values) { return indexes_.add(std::move(values)); }
  void on_change(OnChange handler) { handlers_.push_back(std::move(handler)); }
  void keep_packed(Packing<T> packing) { packing_ = packing; }

  Pointer find(const kube::ObjectKey& key) const {
    std::string packed;
    std::uint64_t version = 0;
    {
      const std::shared_lock lock(mutex_);
      const auto found = entries_.find(key);
      if (found == entries_.end()) return nullptr;
      if (found->second.object || found->second.packed.empty()) return found->second.object;
      packed = found->second.packed;
      version = found->second.version;
    }
    auto object = unpacked(packed);
    loosen(key, version, object);
    return object;
  }

  // Why the object of that key cannot be read; nullopt if it can, or is not there.
  std::optional<std::string> unreadable(const kube::ObjectKey& key) const {
    const std::shared_lock lock(mutex_);
    const auto found = entries_.find(key);
    if (found == entries_.end() || !found->second.problem) return std::nullopt;
    return *found->second.problem;
  }

  // Whether that is news of the object, and not what is here already.
  bool is_news(const ObjectVersion& seen) const {
    const std::shared_lock lock(mutex_);
    if (removed_.covers(seen.key, seen.version)) return false;
    const auto found = entries_.find(seen.key);
    return found == entries_.end() || found->second.version < seen.version;
  }

  // In the order of their keys; the first `limit` of them.
  std::vector<std::pair<kube::ObjectKey, Pointer>> find_by(
      Index index, const std::string& value,
      std::size_t limit = std::numeric_limits<std::size_t>::max()) const {
    std::vector<std::pair<kube::ObjectKey, Pointer>> found;
    for (auto& key : keys_by(index, value)) {
      if (found.size() == limit) break;
      auto object = find(key);
      if (object && indexes_.has_value(index, *object, value))
        found.emplace_back(std::move(key), std::move(object));
    }
    return found;
  }

  // As find_by, without a look at the objects: others may be among them, rarely.
  std::vector<kube::ObjectKey> keys_by(Index index, const std::string& value) const {
    const std::shared_lock lock(mutex_);
    return indexes_.keys(index, value);
  }

  // For metrics only: this is the one walk over everything. With no lock held while `visit` runs.
  void for_each(const std::function<void(const T&)>& visit) const {
    for (const auto& key : keys()) {
      if (const auto object = peek(key)) visit(*object);
    }
  }

  std::size_t size() const {
    const std::shared_lock lock(mutex_);
    return entries_.size();
  }

  void put(const ObjectVersion& seen, Result<T> decoded) {
    Entry entry{.version = seen.version};
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

  // Of this resource, as far as anything here tells.
  std::uint64_t newest() const {
    const std::shared_lock lock(mutex_);
    return newest_;
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
  // The version may be kVersionToCome, if that of the end is then not below newest().
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
    Pointer object = nullptr;
    std::string packed = {};                         // once it was: it stays, for the next time
    std::unique_ptr<std::string> problem = nullptr;  // if there is neither
    typename IndexSet<T>::Marks marks = {};
    std::uint64_t used = 0;  // its newest place in loose_
  };
  struct Loose {
    kube::ObjectKey key;
    std::uint64_t used;
  };

  Pointer unpacked(std::string_view packed) const {
    auto object = packing_.unpack(packed);
    CW_ASSERT(object.has_value());
    return std::make_shared<const T>(std::move(object).value());
  }
  Pointer object_of(const Entry& entry) const {
    return entry.object || entry.packed.empty() ? entry.object : unpacked(entry.packed);
  }

  Pointer peek(const kube::ObjectKey& key) const {
    const std::shared_lock lock(mutex_);
    const auto found = entries_.find(key);
    return found == entries_.end() ? nullptr : object_of(found->second);
  }
  std::vector<kube::ObjectKey> keys() const {
    const std::shared_lock lock(mutex_);
    std::vector<kube::ObjectKey> keys;
    keys.reserve(entries_.size());
    for (const auto& [key, entry] : entries_) keys.push_back(key);
    return keys;
  }

  void loosen(const kube::ObjectKey& key, std::uint64_t version, const Pointer& object) const {
    const std::unique_lock lock(mutex_);
    const auto found = entries_.find(key);
    if (found == entries_.end() || found->second.version != version) return;
    found->second.object = object;
    note_use(key, found->second);
  }
  // With mutex_ held alone. Packs what was used longest ago.
  void note_use(const kube::ObjectKey& key, Entry& used) const {
    if (packing_.pack == nullptr) return;
    used.used = ++uses_;
    loose_.push_back({key, uses_});
    while (loose_.size() > packing_.loose) {
      const auto entry = entries_.find(loose_.front().key);
      if (entry != entries_.end() && entry->second.used == loose_.front().used && entry->second.object) {
        pack(entry->second);
      }
      loose_.pop_front();
    }
  }

  // What would not come back stays as it is.
  void pack(Entry& entry) const {
    if (entry.packed.empty()) {
      std::string packed = packing_.pack(*entry.object);
      if (!packing_.unpack(packed)) return;
      packed.shrink_to_fit();
      entry.packed = std::move(packed);
    }
    entry.object = nullptr;
  }

  bool store(const kube::ObjectKey& key, Entry entry, Pointer& before) {
    const std::unique_lock lock(mutex_);
    if (removed_.covers(key, entry.version)) return false;
    newest_ = std::max(newest_, entry.version);
    auto [found, is_new] = entries_.try_emplace(key);
    if (!is_new && entry.version <= found->second.version) return false;
    before = object_of(found->second);
    entry.round = is_new ? round_ : found->second.round;
    entry.marks = std::move(found->second.marks);
    found->second = std::move(entry);
    indexes_.place(found->second.marks, &found->first, found->second.object.get());
    note_use(key, found->second);
    return true;
  }

  bool erase(const kube::ObjectKey& key, std::uint64_t version, Pointer& before) {
    const std::unique_lock lock(mutex_);
    newest_ = std::max(newest_, version);
    const auto found = entries_.find(key);
    if (found != entries_.end() && found->second.version > version) return false;
    removed_.add(key, version);
    if (found == entries_.end()) return false;
    before = object_of(found->second);
    indexes_.place(found->second.marks, &found->first, nullptr);
    entries_.erase(found);
    return true;
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
  // How an object is kept changes while it is looked at; what it is does not.
  mutable std::unordered_map<kube::ObjectKey, Entry, ObjectKeyHash> entries_;
  mutable std::deque<Loose> loose_;
  mutable std::uint64_t uses_ = 0;
  Packing<T> packing_ = {};
  RemovedObjects removed_;
  IndexSet<T> indexes_;
  std::vector<OnChange> handlers_;
  std::uint64_t round_ = 0;
  std::uint64_t newest_ = 0;    // version of this resource seen so far
  std::uint64_t expected_ = 0;  // newest_ before the list that is under way
};

}  // namespace cw::watch
