#include "schemas/list_keys.h"

#include <map>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "schemas/correlate.h"
#include "schemas/outcome.h"
#include "schemas/path.h"
#include "schemas/render.h"

namespace cw::schemas {
namespace {

std::string item_key(const Schema& list, const Json& item) {
  if (list.list_type == ListType::Map) return list_map_key(list, item);
  return item.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string shown(const Schema& list, const Json& item) {
  return list.list_type == ListType::Map ? list_map_key(list, item) : rendered(item);
}

class Walk {
 public:
  void visit(const Json& value, const Schema& schema, const Path& at) {
    if (value.is_array()) {
      visit_list(value, schema, at);
    } else if (value.is_object()) {
      visit_members(value, schema, at);
    }
  }

  kube::FieldErrors take() { return std::move(failures_); }

 private:
  void visit_members(const Json& object, const Schema& schema, const Path& at) {
    for (const auto& [name, member] : object.items()) {
      const Schema* child = schema.find_member(name);
      if (child == nullptr) continue;
      visit(member, *child, schema.has_additional_properties ? at.key(name) : at.member(name));
    }
  }

  void visit_list(const Json& list, const Schema& schema, const Path& at) {
    if (schema.list_type != ListType::Atomic) check(list, schema, at);
    if (!schema.items) return;
    for (std::size_t i = 0; i < list.size(); ++i) visit(list[i], *schema.items, at.item(i));
  }

  void check(const Json& list, const Schema& schema, const Path& at) {
    if (schema.list_type == ListType::Map && has_other_than_objects(list, at)) return;
    std::map<std::string, int> seen;
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (++seen[item_key(schema, list[i])] != 2 || failures_.size() >= Outcome::kMaxFailures) continue;
      kube::FieldError error = kube::duplicate(kube::FieldPath(at.item(i).text()), shown(schema, list[i]));
      error.rule = rule_id::kDuplicateKey;
      failures_.push_back(std::move(error));
    }
  }

  bool has_other_than_objects(const Json& list, const Path& at) {
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (list[i].is_object() || list[i].is_null()) continue;
      failures_.push_back({kube::FieldErrorKind::Invalid, at.item(i).text(), rendered(list[i]),
                           "must be an object for an array of list-type map", rule_id::kType});
      return true;
    }
    return false;
  }

  kube::FieldErrors failures_;
};

}  // namespace

kube::FieldErrors find_duplicate_items(const Json& value, const Schema& schema) {
  Walk walk;
  walk.visit(value, schema, Path());
  return walk.take();
}

}  // namespace cw::schemas
