// MapOf<T>: a Go map[string]T, sorted by key, that remembers absent (nil) against {}. A sorted vector: the
// maps of API objects are small, read often and seldom changed.
#pragma once

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cw::kube {

template <typename T>
class MapOf {
 public:
  using mapped_type = T;
  using Entry = std::pair<std::string, T>;

  MapOf() = default;  // absent
  MapOf(std::initializer_list<Entry> entries) : MapOf(std::vector<Entry>(entries)) {}
  // In any order; of equal keys the last wins.
  explicit MapOf(std::vector<Entry> entries) : entries_(std::move(entries)), present_(true) { normalise(); }

  bool present() const { return present_; }
  bool empty() const { return entries_.empty(); }
  std::size_t size() const { return entries_.size(); }
  // Sorted by key. for (const auto& [key, value] : map)
  auto begin() const { return entries_.begin(); }
  auto end() const { return entries_.end(); }

  // nullptr if there is none; valid until the map changes.
  const T* find(std::string_view key) const {
    const auto at = lower_bound(key);
    return at != entries_.end() && at->first == key ? &at->second : nullptr;
  }
  bool contains(std::string_view key) const { return find(key) != nullptr; }
  // Go's m[key]: the zero value if there is none.
  T get(std::string_view key) const {
    const T* found = find(key);
    return found != nullptr ? *found : T{};
  }

  void set(std::string_view key, T value) {
    present_ = true;
    const auto at = entries_.begin() + (lower_bound(key) - entries_.cbegin());
    if (at != entries_.end() && at->first == key) {
      at->second = std::move(value);
    } else {
      entries_.emplace(at, std::string(key), std::move(value));
    }
  }
  void erase(std::string_view key) {
    const auto at = lower_bound(key);
    if (at != entries_.end() && at->first == key) entries_.erase(at);
  }

  // Absent and {} differ, as in Go's reflect.DeepEqual. same_entries() below does not care.
  bool operator==(const MapOf&) const = default;

 private:
  auto lower_bound(std::string_view key) const {
    return std::lower_bound(entries_.begin(), entries_.end(), key,
                            [](const Entry& entry, std::string_view k) { return entry.first < k; });
  }
  // What a server sends is sorted already.
  void normalise() {
    const auto out_of_order = [](const Entry& a, const Entry& b) { return a.first >= b.first; };
    if (std::adjacent_find(entries_.begin(), entries_.end(), out_of_order) == entries_.end()) return;
    std::map<std::string, T> sorted;
    for (Entry& entry : entries_) sorted.insert_or_assign(std::move(entry.first), std::move(entry.second));
    entries_.clear();
    while (!sorted.empty()) {
      auto node = sorted.extract(sorted.begin());
      entries_.emplace_back(std::move(node.key()), std::move(node.mapped()));
    }
  }

  std::vector<Entry> entries_;
  bool present_ = false;
};

template <typename T>
bool same_entries(const MapOf<T>& a, const MapOf<T>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

using Map = MapOf<std::string>;

}  // namespace cw::kube
