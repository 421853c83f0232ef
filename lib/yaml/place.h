// Place: where in a text a value stands. PlaceTree: the places of all values of one document, looked up by
// the paths that findings carry ("spec.dnsNames[0]", "metadata.labels[a.b/c]"). Takes memory in proportion to
// the document, whatever its keys. Data; thread-safe once built.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cw::yaml {

// Counted from 1, the column in characters; 0 is unknown.
struct Place {
  int line = 0;
  int column = 0;
  bool operator==(const Place&) const = default;
};

class PlaceTree {
 public:
  using Index = std::uint32_t;
  static constexpr Index kRoot = 0;
  static constexpr Index kNone = UINT32_MAX;

  explicit PlaceTree(Place root = {}) : nodes_{{root, {}, {}}} {}

  // A member stands at its key, an item at its own start.
  Index add_member(Index object, std::string_view key, Place);
  Index add_item(Index list, Place);
  // A value that no other holds, for what a merge key brings in.
  Index add_aside(Place place) { return add(place); }
  // Makes a value known as a member of another object too.
  void share_member(Index object, std::string_view key, Index value);
  const std::vector<std::pair<std::string, Index>>& members(Index object) const {
    return nodes_[object].members;
  }

  // That of the value at the path below `from`, or of the nearest one around it that is there.
  Place find(std::string_view path, Index from = kRoot) const;
  Place at(Index node) const { return nodes_[node].place; }
  // The node of list item `index`, or of the list itself.
  Index item(Index list, std::size_t index) const;

 private:
  struct Node {
    Place place;
    std::vector<std::pair<std::string, Index>> members;  // in the order of the text
    std::vector<Index> items;
  };
  // The child that the start of the path names; takes that start off. kNone: there is none.
  static Index item_step(const Node&, std::string_view& path);
  static Index member_step(const Node&, std::string_view& path);

  Index add(Place);
  std::vector<Node> nodes_;
};

}  // namespace cw::yaml
