#include "apiserver/strategic_patch.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "apiserver/json_access.h"
#include "apiserver/wire/go_words.h"
#include "lib/kube/field_error.h"

namespace cw::apiserver {
namespace {

constexpr std::string_view kPatch = "$patch";
constexpr std::string_view kRetainKeys = "$retainKeys";
constexpr std::string_view kDeleteFrom = "$deleteFromPrimitiveList/";
constexpr std::string_view kOrder = "$setElementOrder/";
constexpr std::size_t kMaxWork = 4'000'000;  // comparisons of list items

Error malformed(const std::string& why) { return {Code::Invalid, why}; }
// What kube-apiserver answers with a 500.
Error unmergeable(const std::string& why) { return {Code::Internal, why}; }

const Field* find_field(const ValueType& type, const std::string& name) {
  const auto at = type.fields.find(name);
  return at != type.fields.end() ? &at->second : nullptr;
}

class Merge {
 public:
  // `type` is what the value is; nullptr where nothing is known, then lists are replaced.
  Result<Json> object(Json target, const Json& patch, const ValueType* type) {
    const std::string directive = text_member(patch, kPatch);
    if (directive == "delete") return Json::object();
    if (directive == "replace") return without_directives(patch);
    if (!directive.empty() && directive != "merge") {
      return unmergeable("unknown patch type: " + directive + " in map: " + go_print(patch));
    }
    if (!target.is_object()) target = Json::object();
    TRY(retain(target, patch));
    for (const auto& [name, value] : patch.items()) {
      if (name.starts_with(kDeleteFrom)) TRY(delete_from(target, name.substr(kDeleteFrom.size()), value));
    }
    for (const auto& [name, value] : patch.items()) {
      if (!name.starts_with("$")) TRY(member(target, name, value, patch, type));
    }
    TRY(order_untouched(target, patch, type));
    return target;
  }

 private:
  static Json without_directives(Json patch) {
    patch.erase(kPatch);
    return patch;
  }

  Status count(std::size_t work) {
    work_ += work;
    if (work_ > kMaxWork) return malformed("the patch takes too much work");
    return Done{};
  }

  // Keeps no members but those.
  Status retain(Json& target, const Json& patch) {
    const Json* keys = find_member(patch, kRetainKeys);
    if (keys == nullptr) return Done{};
    if (!keys->is_array()) return malformed("invalid patch format of retainKeys");
    TRY(count(target.size() * keys->size()));
    std::vector<std::string> dropped;
    for (const auto& [name, value] : target.items()) {
      if (std::find(keys->begin(), keys->end(), name) == keys->end()) dropped.push_back(name);
    }
    for (const std::string& name : dropped) target.erase(name);
    return Done{};
  }

  Status delete_from(Json& target, const std::string& name, const Json& values) {
    const auto list = target.find(name);
    if (!values.is_array()) return malformed("invalid patch format of primitive list");
    if (list == target.end() || !list->is_array()) return Done{};
    TRY(count(list->size() * values.size()));
    Json kept = Json::array();
    for (const Json& item : *list) {
      if (std::find(values.begin(), values.end(), item) == values.end()) kept.push_back(item);
    }
    *list = std::move(kept);
    return Done{};
  }

  Status member(Json& target, const std::string& name, const Json& value, const Json& patch,
                const ValueType* type) {
    if (value.is_null()) {
      target.erase(name);
      return Done{};
    }
    const Field* field = type != nullptr ? find_field(*type, name) : nullptr;
    const auto old = target.find(name);
    // Where there is nothing to merge with, what bears a directive is left out.
    if (value.is_object() && old == target.end() && value.contains(kPatch)) return Done{};
    if (value.is_object()) {
      const ValueType* inner = field != nullptr ? field->type.get() : nullptr;
      if (inner == nullptr && type != nullptr && type->kind == TypeKind::Map) inner = type->of.get();
      target[name] = TRY(object(old != target.end() ? *old : Json::object(), value, inner));
    } else if (value.is_array() && field != nullptr && field->merges && old == target.end()) {
      target[name] = new_list(value);
    } else if (value.is_array() && field != nullptr && field->merges) {
      const Json* order = find_member(patch, std::string(kOrder) + name);
      const Json empty = Json::array();
      const Json& before = old->is_array() ? *old : empty;
      target[name] = TRY(list(before, value, *field, order));
    } else {
      target[name] = value;
    }
    return Done{};
  }

  // Where there was no list the new one is taken as it is, even if its items have no keys: only directives
  // go.
  static Json new_list(const Json& patch) {
    Json items = Json::array();
    for (const Json& item : patch) {
      if (!item.contains(kPatch)) items.push_back(item);
    }
    return items;
  }

  // An order for a list that the patch does not change otherwise.
  Status order_untouched(Json& target, const Json& patch, const ValueType* type) {
    for (const auto& [directive, order] : patch.items()) {
      if (!directive.starts_with(kOrder)) continue;
      const std::string name = directive.substr(kOrder.size());
      const auto old = target.find(name);
      const Field* field = type != nullptr ? find_field(*type, name) : nullptr;
      if (patch.contains(name) || old == target.end() || field == nullptr || !old->is_array()) continue;
      *old = TRY(ordered(*old, *old, *field, order));
    }
    return Done{};
  }

  Result<Json> list(const Json& before, const Json& patch, const Field& field, const Json* order) {
    const Json own_order = order == nullptr ? without_lone_directives(patch) : Json();
    const Json& wanted = order == nullptr ? own_order : *order;
    if (field.merge_key.empty()) return ordered(TRY(union_of(before, patch)), before, field, wanted);
    const bool replaces = std::any_of(
        patch.begin(), patch.end(), [](const Json& item) { return text_member(item, kPatch) == "replace"; });
    Json merged = replaces ? Json::array() : before;
    for (const Json& item : patch) TRY(merge_item(merged, item, field));
    return ordered(std::move(merged), before, field, wanted);
  }

  Result<Json> union_of(Json values, const Json& added) {
    TRY(count(values.size() * added.size() + added.size() * added.size()));
    for (const Json& value : added) {
      if (std::find(values.begin(), values.end(), value) == values.end()) values.push_back(value);
    }
    return values;
  }

  Status merge_item(Json& merged, const Json& item, const Field& field) {
    const std::string directive = text_member(item, kPatch);
    if (directive == "replace" && item.size() == 1) return Done{};
    const Json* key = find_member(item, field.merge_key);
    if (key == nullptr) {
      return unmergeable("map: " + go_print(item) +
                         " does not contain declared merge key: " + field.merge_key);
    }
    TRY(count(merged.size()));
    const auto same_key = [&](const Json& other) {
      const Json* other_key = find_member(other, field.merge_key);
      return other_key != nullptr && *other_key == *key;
    };
    const auto found = std::find_if(merged.begin(), merged.end(), same_key);
    if (directive == "delete") {
      if (found != merged.end()) merged.erase(found);
      return Done{};
    }
    const ValueType* inner = field.type->of.get();
    if (found != merged.end()) {
      *found = TRY(object(std::move(*found), item, inner));
    } else {
      merged.push_back(TRY(object(Json::object(), item, inner)));
    }
    return Done{};
  }

  static Json key_of(const Json& item, const Field& field) {
    if (field.merge_key.empty()) return item;
    const Json* key = find_member(item, field.merge_key);
    return key != nullptr ? *key : Json(nullptr);
  }

  // What stands in a list of the patch for itself, and no item.
  static Json without_lone_directives(const Json& patch) {
    Json items = Json::array();
    for (const Json& item : patch) {
      if (!(item.is_object() && item.size() == 1 && item.contains(kPatch))) items.push_back(item);
    }
    return items;
  }

  struct Ranked {
    Json item;
    std::ptrdiff_t wanted;  // place in the order
    std::ptrdiff_t before;  // place in the old list, -1: it is new
  };

  // Items that the order names come in that order. The others keep theirs, each in front of the next named
  // item that it stood in front of before.
  Result<Json> ordered(Json items, const Json& before, const Field& field, const Json& order) {
    if (!order.is_array()) return malformed("invalid patch format of setElementOrder list");
    TRY(count(items.size() * (order.size() + before.size())));
    const auto place_of = [&](const Json& list, const Json& item) {
      const Json key = key_of(item, field);
      const auto at = std::find_if(list.begin(), list.end(),
                                   [&](const Json& other) { return key_of(other, field) == key; });
      return at == list.end() ? std::ptrdiff_t(-1) : at - list.begin();
    };
    std::vector<Ranked> named;
    std::vector<Ranked> others;
    for (Json& item : items) {
      const std::ptrdiff_t wanted = place_of(order, item);
      const std::ptrdiff_t old_place = place_of(before, item);
      (wanted >= 0 ? named : others).push_back({std::move(item), wanted, old_place});
    }
    const auto by_wanted = [](const Ranked& a, const Ranked& b) { return a.wanted < b.wanted; };
    std::stable_sort(named.begin(), named.end(), by_wanted);
    Json sorted = Json::array();
    auto other = others.begin();
    for (Ranked& next : named) {
      for (; other != others.end() && next.before >= 0 && other->before >= 0 && other->before < next.before;
           ++other) {
        sorted.push_back(std::move(other->item));
      }
      sorted.push_back(std::move(next.item));
    }
    for (; other != others.end(); ++other) sorted.push_back(std::move(other->item));
    return sorted;
  }

  std::size_t work_ = 0;
};

}  // namespace

Result<Json> apply_strategic_patch(Json object, const Json& patch, const ValueType& type) {
  if (!patch.is_object()) return malformed("a strategic merge patch is an object");
  return Merge().object(std::move(object), patch, &type);
}

}  // namespace cw::apiserver
