#include "schemas/prune.h"

#include <algorithm>
#include <string_view>

#include <nlohmann/json.hpp>

namespace cw::schemas {
namespace {

bool is_type_or_metadata(std::string_view name) {
  return name == "apiVersion" || name == "kind" || name == "metadata";
}

// Where the walk is in the schema.
struct Here {
  const Schema* schema =
      nullptr;  // nullptr below `additionalProperties: true`: every member of an object goes
  bool is_resource = false;
  bool keeps_unknown = false;

  static Here at(const Schema* schema) {
    if (schema == nullptr) return {};
    return {schema, schema->embedded_resource, schema->preserve_unknown_fields};
  }
};

class Pruner {
 public:
  void visit(Json& value, const Here& here) {
    if (value.is_array()) {
      visit_items(value, here);
    } else if (value.is_object()) {
      visit_members(value, here);
    }
  }

  std::vector<std::string> take_unknown() {
    std::sort(unknown_.begin(), unknown_.end());
    return std::move(unknown_);
  }

 private:
  void visit_items(Json& list, const Here& here) {
    Here items = Here::at(here.schema != nullptr ? here.schema->items.get() : nullptr);
    if (here.keeps_unknown && items.schema == nullptr) return;
    items.keeps_unknown |= here.keeps_unknown;
    const std::size_t length = path_.size();
    for (std::size_t i = 0; i < list.size(); ++i) {
      path_ += "[" + std::to_string(i) + "]";
      visit(list[i], items);
      path_.resize(length);
    }
  }

  void visit_members(Json& object, const Here& here) {
    for (auto member = object.begin(); member != object.end();) {
      const std::string& name = member.key();
      if (here.is_resource && is_type_or_metadata(name)) {
        ++member;
      } else if (keeps(here, name)) {
        descend(name, *member, here);
        ++member;
      } else {
        if (!path_.empty() || !is_type_or_metadata(name)) unknown_.push_back(path_of(name));
        member = object.erase(member);
      }
    }
  }

  void descend(const std::string& name, Json& value, const Here& here) {
    const Schema* child = here.schema->find_member(name);
    if (child == nullptr && here.keeps_unknown && !here.schema->has_additional_properties) return;
    const std::size_t length = path_.size();
    path_ = path_of(name);
    visit(value, Here::at(child));
    path_.resize(length);
  }

  static bool keeps(const Here& here, const std::string& name) {
    return here.schema != nullptr && (here.keeps_unknown || here.schema->has_additional_properties ||
                                      here.schema->properties.contains(name));
  }

  std::string path_of(const std::string& name) const { return path_.empty() ? name : path_ + "." + name; }

  std::string path_;
  std::vector<std::string> unknown_;
};

bool is_dropped(const Json& value, const Schema* schema, Nulls nulls) {
  if (!value.is_null() || schema == nullptr || schema->nullable || schema->default_value != nullptr)
    return false;
  return nulls == Nulls::Dropped || (schema->type == Type::Unstated && !schema->int_or_string);
}

void drop_nulls_below(Json& value, const Schema* schema, Nulls nulls) {
  if (value.is_array()) {
    for (Json& item : value) drop_nulls_below(item, schema != nullptr ? schema->items.get() : nullptr, nulls);
    return;
  }
  if (!value.is_object()) return;
  for (auto member = value.begin(); member != value.end();) {
    const Schema* child = schema != nullptr ? schema->find_member(member.key()) : nullptr;
    if (is_dropped(*member, child, nulls)) {
      member = value.erase(member);
    } else {
      drop_nulls_below(*member, child, nulls);
      ++member;
    }
  }
}

}  // namespace

std::vector<std::string> prune(Json& value, const Schema& schema, Root root) {
  Here here = Here::at(&schema);
  here.is_resource |= root == Root::Resource;
  Pruner pruner;
  pruner.visit(value, here);
  return pruner.take_unknown();
}

void drop_nulls(Json& value, const Schema& schema, Nulls nulls) { drop_nulls_below(value, &schema, nulls); }

}  // namespace cw::schemas
