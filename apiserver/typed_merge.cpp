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

Children children_of(const Json& value, const MergeType& type, MergeKind kind) {
  Children children;
  if (kind == MergeKind::Merged) {
    for (const auto& [name, member] : value.items()) {
      children.emplace(MergeType::element_of(name), Child{&member, type.member(name)});
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
    const Children old = before != nullptr ? children_of(*before, type, kind) : Children();
    const Children now = after != nullptr ? children_of(*after, type, kind) : Children();
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
  if (kind == MergeKind::Leaf) fields.insert(path);
  if (!is_branch(value, kind)) return;  // an empty list that would be merged states nothing
  for (const auto& [element, child] : children_of(value, type, kind)) {
    const Json& inner = *child.value;
    path.push_back(element);
    collect_fields(inner, child.type, path, fields);
    const bool empty = inner.is_null() || (inner.is_object() && inner.empty());
    // Items and entries of maps are there for themselves, fields of structs for what is in them.
    if (kind != MergeKind::Merged || empty || !type.has_field(element.substr(2))) fields.insert(path);
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
    const Json* old = find_member(live, name);
    const MergeType inner = type.member(name);
    // null takes the place of a value, but says nothing of what is merged.
    if (value.is_null() && old != nullptr && is_branch(*old, inner.kind(*old))) continue;
    merged[name] = old != nullptr ? merge_objects(*old, value, inner) : value;
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

}  // namespace cw::apiserver
