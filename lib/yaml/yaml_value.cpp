#include "lib/yaml/yaml_value.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <nlohmann/json.hpp>

#include "lib/yaml/limits.h"
#include "lib/yaml/plain_scalar.h"

namespace cw::yaml {
namespace {

using kube::Json;

constexpr std::size_t kMaxRepeated = 100;
constexpr std::string_view kMergeKey = "<<";
constexpr std::string_view kMergeTag = "tag:yaml.org,2002:merge";

bool is_merge_key(const YamlNode& key) {
  if (key.kind != YamlNode::Kind::Scalar || key.text != kMergeKey) return false;
  return key.plain || key.tag == kMergeTag;
}

std::string joined(const std::vector<std::string>& steps) {
  std::string path;
  for (const std::string& step : steps) {
    if (!path.empty() && !step.starts_with('[')) path += '.';
    path += step;
  }
  return path;
}

}  // namespace

std::optional<Json> YamlValueReader::read() {
  Json result;
  if (document_.nodes.empty()) return result;
  places_ = PlaceTree(document_.nodes.front().place);
  if (!value(0, {result, PlaceTree::kRoot, 0})) return std::nullopt;
  return result;
}

bool YamlValueReader::refuse(Place at, std::string message) {
  problem_ = {at, std::move(message)};
  return false;
}

bool YamlValueReader::value(std::uint32_t index, const Target& to) {
  const YamlNode& node = document_.nodes[index];
  budget_.bytes += node.text.size();
  if (++budget_.nodes > kMaxNodes || budget_.bytes > kMaxScalarBytes) {
    return refuse(node.place, "too large, or aliases multiply it");
  }
  if (to.depth > kube::kMaxJsonDepth) return refuse(node.place, "nested too deeply");
  switch (node.kind) {
    case YamlNode::Kind::Alias:
      return value(node.parts.front(), to);
    case YamlNode::Kind::Scalar:
      return scalar(node, to);
    case YamlNode::Kind::Sequence:
    case YamlNode::Kind::Mapping:
      break;
  }
  // An alias inside its own anchor comes back here before it has ended.
  if (std::find(followed_.begin(), followed_.end(), index) != followed_.end()) {
    return refuse(node.place, "malformed YAML: an alias inside its own anchor");
  }
  followed_.push_back(index);
  const bool done = node.kind == YamlNode::Kind::Sequence ? sequence(node, to) : mapping(node, to);
  followed_.pop_back();
  return done;
}

bool YamlValueReader::scalar(const YamlNode& node, const Target& to) {
  if (node.plain) {
    to.json = plain_scalar(node.text);
  } else if (node.tag.empty() || node.tag == "!") {
    to.json = node.text;
  } else {
    auto tagged = tagged_scalar(node.tag, node.text);
    if (!tagged) return refuse(node.place, "malformed YAML: the value " + tagged.error().message);
    to.json = *std::move(tagged);
  }
  if (to.json.is_number_float() && !std::isfinite(to.json.get<double>())) {
    return refuse(node.place, "a number that JSON does not have");
  }
  return true;
}

bool YamlValueReader::sequence(const YamlNode& node, const Target& to) {
  to.json = Json::array();
  std::size_t index = 0;
  for (const std::uint32_t item : node.parts) {
    const Node place = places_.add_item(to.place, document_.nodes[item].place);
    path_.push_back("[" + std::to_string(index++) + "]");
    if (!value(item, {to.json.emplace_back(), place, to.depth + 1})) return false;
    path_.pop_back();
  }
  return true;
}

bool YamlValueReader::mapping(const YamlNode& node, const Target& to) {
  to.json = Json::object();
  std::vector<Merge> merges;
  for (std::size_t i = 0; i + 1 < node.parts.size(); i += 2) {
    const YamlNode& key = document_.nodes[node.parts[i]];
    if (is_merge_key(key)) {
      merges.push_back({node.parts[i + 1], key.place});
    } else if (!member(node.parts[i], node.parts[i + 1], to)) {
      return false;
    }
  }
  return std::all_of(merges.begin(), merges.end(), [&](const Merge& one) { return merge(one, to); });
}

std::optional<std::string> YamlValueReader::key_of(std::uint32_t index) {
  const Place at = document_.nodes[index].place;
  const YamlNode& key = document_.nodes[resolved(index)];
  if (key.kind != YamlNode::Kind::Scalar) {
    (void)refuse(at, "malformed YAML: a key must be a scalar");
    return std::nullopt;
  }
  Json typed;
  if (!scalar(key, {typed, PlaceTree::kRoot, 0})) return std::nullopt;
  auto name = key_name(typed, key.text);
  if (!name) (void)refuse(at, "malformed YAML: a key must not be null");
  if (name && name->size() > kMaxKeyBytes) {
    (void)refuse(at, "a key of more than " + std::to_string(kMaxKeyBytes) + " bytes");
    return std::nullopt;
  }
  budget_.bytes += key.text.size();
  return name;
}

bool YamlValueReader::member(std::uint32_t key, std::uint32_t item, const Target& to) {
  auto name = key_of(key);
  if (!name) return false;
  const Place at = document_.nodes[key].place;
  path_.push_back(*name);
  const auto [slot, is_new] = to.json.get_ref<Json::object_t&>().emplace(*name, nullptr);
  if (!is_new && repeated_.size() < kMaxRepeated) {
    repeated_.push_back({at, joined(path_), *name, document_.nodes[item].place.line});
  }
  const Node place = places_.add_member(to.place, *name, at);
  if (!value(item, {slot->second, place, to.depth + 1})) return false;
  path_.pop_back();
  return true;
}

std::uint32_t YamlValueReader::resolved(std::uint32_t index) const {
  const YamlNode& node = document_.nodes[index];
  return node.kind == YamlNode::Kind::Alias ? node.parts.front() : index;
}

// Of several mappings the first wins, as in the merge key's own definition.
bool YamlValueReader::merge(const Merge& one, const Target& to) {
  const YamlNode& source = document_.nodes[resolved(one.source)];
  if (source.kind == YamlNode::Kind::Mapping) return merge_one(one.source, to);
  if (source.kind != YamlNode::Kind::Sequence)
    return refuse(one.at, "malformed YAML: << must name a mapping");
  return std::all_of(source.parts.begin(), source.parts.end(), [&](std::uint32_t item) {
    const bool mapping = document_.nodes[resolved(item)].kind == YamlNode::Kind::Mapping;
    return mapping ? merge_one(item, to) : refuse(one.at, "malformed YAML: << must name mappings");
  });
}

// Members of the mapping itself win over those that are merged in.
bool YamlValueReader::merge_one(std::uint32_t source, const Target& to) {
  Json merged;
  const Node aside = places_.add_aside(places_.at(to.place));
  if (!value(source, {merged, aside, to.depth + 1})) return false;
  auto& members = to.json.get_ref<Json::object_t&>();
  for (const auto& [key, place] : places_.members(aside)) {
    if (members.emplace(key, merged[key]).second) places_.share_member(to.place, key, place);
  }
  return true;
}

}  // namespace cw::yaml
