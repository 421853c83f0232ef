// IndexSet<T>: finds the keys of objects by values of theirs. Keeps a hash of each value, not the value, and
// the address of the key, which belongs to the cache: it is small. Two values may share a hash: who must be
// sure looks at the object. Not thread-safe.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "lib/kube/resource.h"

namespace cw::watch {

// The value of an index by the key of another object.
inline std::string index_value(const kube::ObjectKey& key) { return key.name_space + "/" + key.name; }

template <typename T>
class IndexSet {
 public:
  // The values under which an object is found; none: it is not in this index.
  using Values = std::function<std::vector<std::string>(const T&)>;
  using Index = std::size_t;
  // Where an object stands, kept with it.
  using Marks = std::vector<std::pair<Index, std::size_t>>;

  Index add(Values values) {
    orders_.push_back({std::move(values), {}});
    return orders_.size() - 1;
  }

  // Stands where `object` has to from now on; null: nowhere. `key` stays at its address until then.
  void place(Marks& marks, const kube::ObjectKey* key, const T* object) {
    Marks wanted;
    for (Index i = 0; object != nullptr && i < orders_.size(); ++i) {
      for (const auto& value : orders_[i].values(*object)) wanted.emplace_back(i, hash_of(value));
    }
    if (wanted == marks) return;
    for (const auto& [index, hash] : marks) orders_[index].nodes.erase({hash, key});
    for (const auto& [index, hash] : wanted) orders_[index].nodes.insert({hash, key});
    marks = std::move(wanted);
  }

  // In the order of the keys.
  std::vector<kube::ObjectKey> keys(Index index, const std::string& value) const {
    std::vector<kube::ObjectKey> found;
    const auto& nodes = orders_.at(index).nodes;
    const std::size_t hash = hash_of(value);
    for (auto it = nodes.lower_bound(hash); it != nodes.end() && it->hash == hash; ++it) {
      found.push_back(*it->key);
    }
    return found;
  }

  bool has_value(Index index, const T& object, const std::string& value) const {
    const auto values = orders_.at(index).values(object);
    return std::find(values.begin(), values.end(), value) != values.end();
  }

 private:
  struct Node {
    std::size_t hash;
    const kube::ObjectKey* key;
  };
  struct Less {
    using is_transparent = void;
    bool operator()(const Node& a, const Node& b) const {
      return a.hash != b.hash ? a.hash < b.hash : *a.key < *b.key;
    }
    bool operator()(const Node& a, std::size_t hash) const { return a.hash < hash; }
    bool operator()(std::size_t hash, const Node& b) const { return hash < b.hash; }
  };
  struct Order {
    Values values;
    std::set<Node, Less> nodes;
  };
  static std::size_t hash_of(const std::string& value) { return std::hash<std::string>{}(value); }

  std::vector<Order> orders_;
};

}  // namespace cw::watch
