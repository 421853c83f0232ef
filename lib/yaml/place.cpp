#include "lib/yaml/place.h"

#include <charconv>

namespace cw::yaml {
namespace {

// Whether a path goes on, after a name, at this character.
bool ends_name(std::string_view rest) { return rest.empty() || rest.front() == '.' || rest.front() == '['; }

}  // namespace

PlaceTree::Index PlaceTree::add(Place place) {
  nodes_.push_back({place, {}, {}});
  return static_cast<Index>(nodes_.size() - 1);
}

PlaceTree::Index PlaceTree::add_member(Index object, std::string_view key, Place place) {
  const Index index = add(place);
  nodes_[object].members.emplace_back(std::string(key), index);
  return index;
}

PlaceTree::Index PlaceTree::add_item(Index list, Place place) {
  const Index index = add(place);
  nodes_[list].items.push_back(index);
  return index;
}

void PlaceTree::share_member(Index object, std::string_view key, Index value) {
  nodes_[object].members.emplace_back(std::string(key), value);
}

PlaceTree::Index PlaceTree::item(Index list, std::size_t index) const {
  const auto& items = nodes_[list].items;
  return index < items.size() ? items[index] : list;
}

PlaceTree::Index PlaceTree::item_step(const Node& node, std::string_view& path) {
  const std::size_t close = path.find(']');
  if (!path.starts_with('[') || close == std::string_view::npos) return kNone;
  const std::string_view inside = path.substr(1, close - 1);
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(inside.data(), inside.data() + inside.size(), number);
  if (error != std::errc() || end != inside.data() + inside.size() || number >= node.items.size())
    return kNone;
  path.remove_prefix(close + 1);
  return node.items[number];
}

// Keys may hold dots, so of several members that fit the longest is meant, and of equal ones the last.
PlaceTree::Index PlaceTree::member_step(const Node& node, std::string_view& path) {
  const bool bracket = path.starts_with('[');
  const std::string_view names = bracket || path.starts_with('.') ? path.substr(1) : path;
  Index best = kNone;
  std::size_t taken = 0;
  for (const auto& [key, index] : node.members) {
    if (key.size() < taken || !names.starts_with(key)) continue;
    const std::string_view rest = names.substr(key.size());
    if (bracket ? !rest.starts_with(']') : !ends_name(rest)) continue;
    taken = key.size();
    best = index;
  }
  if (best != kNone) path = names.substr(taken + (bracket ? 1 : 0));
  return best;
}

Place PlaceTree::find(std::string_view path, Index from) const {
  Index at = from;
  while (!path.empty()) {
    Index next = item_step(nodes_[at], path);
    if (next == kNone) next = member_step(nodes_[at], path);
    if (next == kNone) break;
    at = next;
  }
  return nodes_[at].place;
}

}  // namespace cw::yaml
