#include "apiserver/typed_merge.h"

#include <map>
#include <set>

#include <nlohmann/json.hpp>

#include "apiserver/json_access.h"

namespace cw::apiserver {
namespace {

// The children of a value that is merged, by their path elements, each with its type. Of items with one
// element the first counts.
struct Child {
  const Json* value;
  MergeType type;
};
using Children = std::map<std::string, Child>;

enum class Nulls : std::uint8_t { Skipped, Counted };

Children children_of(const Json& value, const MergeType& type, MergeKind kind, Nulls nulls = Nulls::Skipped) {
  Children children;
  if (kind == MergeKind::Merged) {
    for (const auto& [name, member] : value.items()) {
      const bool counts = !member.is_null() || nulls == Nulls::Counted;
      if (counts) children.emplace(MergeType::element_of(name), Child{&member, type.member(name)});
    }
  } else {
    for (const Json& item : value) children.emplace(type.element_of_item(item), Child{&item, type.item()});
  }
  return children;
}

bool is_branch(const Json& value, MergeKind kind) { return kind != MergeKind::Leaf && !value.empty(); }

// ---- compare

class Comparing {
 public:
  // Either may be nullptr, not both.
  void compare(const Json* before, const Json* after, const MergeType& type) {
    // null is there, and empty whatever it is compared with.
    const bool by_after = after != nullptr && (before == nullptr || !after->is_null());
    const MergeKind kind = type.kind(by_after ? *after : *before);
    const bool same_form = before == nullptr || after == nullptr || before->is_null() || after->is_null() ||
                           type.kind(*before) == kind;
    const bool branch = same_form && ((before != nullptr && is_branch(*before, kind)) ||
                                      (after != nullptr && is_branch(*after, kind)));
    if (branch) {
      compare_children(before, after, type, kind);
    } else if (before != nullptr && after != nullptr && *before != *after) {
      changes_.modified.insert(path_);
    }
    if (path_.empty()) return;
    if (before == nullptr) changes_.added.insert(path_);
    if (after == nullptr) changes_.removed.insert(path_);
  }

  FieldChanges take() { return std::move(changes_); }

 private:
  void compare_children(const Json* before, const Json* after, const MergeType& type, MergeKind kind) {
    const Children old = before != nullptr ? children_of(*before, type, kind, Nulls::Counted) : Children();
    const Children now = after != nullptr ? children_of(*after, type, kind, Nulls::Counted) : Children();
    for (const auto& [element, child] : old) {
      const auto still = now.find(element);
      descend(element, child.value, still != now.end() ? still->second.value : nullptr, child.type);
    }
    for (const auto& [element, child] : now) {
      if (!old.contains(element)) descend(element, nullptr, child.value, child.type);
    }
  }

  void descend(const std::string& element, const Json* before, const Json* after, const MergeType& type) {
    path_.push_back(element);
    compare(before, after, type);
    path_.pop_back();
  }

  FieldElements path_;
  FieldChanges changes_;
};

// ---- fields

void collect_fields(const Json& value, const MergeType& type, FieldElements& path, FieldSet& fields) {
  const MergeKind kind = type.kind(value);
  if (!is_branch(value, kind)) {
    // An empty list that would be merged states nothing.
    if (kind == MergeKind::Leaf || value.is_object()) fields.insert(path);
    return;
  }
  if (kind != MergeKind::Merged) {
    for (const auto& [element, child] : children_of(value, type, kind)) {
      path.push_back(element);
      fields.insert(path);
      collect_fields(*child.value, child.type, path, fields);
      path.pop_back();
    }
    return;
  }
  for (const auto& [element, child] : children_of(value, type, kind)) {
    path.push_back(element);
    collect_fields(*child.value, child.type, path, fields);
    path.pop_back();
  }
}

// ---- merge

Json merge_lists(const Json& live, const Json& config, const MergeType& type) {
  std::map<std::string, const Json*> wanted;
  for (const Json& item : config) wanted.emplace(type.element_of_item(item), &item);
  std::set<std::string> done;
  Json merged = Json::array();
  for (const Json& item : live) {
    const std::string element = type.element_of_item(item);
    const auto at = wanted.find(element);
    merged.push_back(at == wanted.end() ? item : merge_objects(item, *at->second, type.item()));
    done.insert(element);
  }
  for (const Json& item : config) {
    if (!done.contains(type.element_of_item(item))) merged.push_back(item);
  }
  return merged;
}

}  // namespace

FieldChanges compare_fields(const Json& before, const Json& after, const MergeType& type) {
  Comparing comparing;
  comparing.compare(&before, &after, type);
  return comparing.take();
}

FieldSet fields_of(const Json& object, const MergeType& type) {
  FieldSet fields;
  FieldElements path;
  collect_fields(object, type, path, fields);
  fields.owned = false;
  return fields;
}

Json merge_objects(const Json& live, const Json& config, const MergeType& type) {
  const MergeKind kind = type.kind(config);
  if (kind == MergeKind::Leaf || type.kind(live) != kind) return config;
  if (kind != MergeKind::Merged) return merge_lists(live, config, type);
  Json merged = live;
  for (const auto& [name, value] : config.items()) {
    if (value.is_null()) continue;
    const Json* old = find_member(live, name);
    merged[name] = old != nullptr ? merge_objects(*old, value, type.member(name)) : value;
  }
  return merged;
}

Json without_fields(const Json& object, const FieldSet& fields, const MergeType& type) {
  const MergeKind kind = type.kind(object);
  if (!is_branch(object, kind)) return object;
  if (kind != MergeKind::Merged) {
    Json kept = Json::array();
    for (const Json& item : object) {
      const FieldSet& inner = fields.at(type.element_of_item(item));
      if (!inner.owned) kept.push_back(without_fields(item, inner, type.item()));
    }
    return kept;
  }
  Json kept = Json::object();
  for (const auto& [name, value] : object.items()) {
    const FieldSet& inner = fields.at(MergeType::element_of(name));
    if (!inner.owned) kept[name] = without_fields(value, inner, type.member(name));
  }
  return kept;
}

std::optional<std::string> find_untyped(const Json& config, const MergeType& type) {
  const MergeKind kind = type.kind(config);
  if (kind == MergeKind::Leaf) return std::nullopt;
  std::set<std::string> seen;
  const auto inside = [](const std::string& at, const Json& value, const MergeType& of) {
    auto found = find_untyped(value, of);
    if (found) found->insert(0, at);
    return found;
  };
  if (kind != MergeKind::Merged) {
    for (const Json& item : config) {
      FieldSet shown;
      shown.insert({type.element_of_item(item)});
      const std::string at = shown_paths(shown).front();
      if (!seen.insert(at).second) return ": duplicate entries for key " + at;
      if (auto found = inside(at, item, type.item())) return found;
    }
    return std::nullopt;
  }
  for (const auto& [name, value] : config.items()) {
    if (!type.declares(name)) return "." + name + ": field not declared in schema";
    if (auto found = inside("." + name, value, type.member(name))) return found;
  }
  return std::nullopt;
}

}  // namespace cw::apiserver
