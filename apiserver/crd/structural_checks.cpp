#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "apiserver/crd/schema_checks.h"
#include "apiserver/json_access.h"
#include "lib/cel/pattern.h"
#include "schemas/pattern.h"

namespace cw::apiserver {
namespace {

enum class Level : std::uint8_t { Root, Item, Member };

constexpr std::array kJunctors{"allOf", "anyOf", "oneOf"};

bool is_int_or_string_pair(const Json& branches) {
  return branches.size() == 2 && branches[0] == Json{{"type", "integer"}} &&
         branches[1] == Json{{"type", "string"}};
}

FieldPath property_path(const FieldPath& at, const std::string& name) {
  return at.child("properties").key(name);
}

class StructuralCheck {
 public:
  void node(const Json& schema, Level level, const FieldPath& at) {
    const std::string type = text_member(schema, "type");
    const Json* items = find_member(schema, "items");
    if (type == "array" && items == nullptr) {
      add(kube::required(at.child("items"), "must be specified"));
    }
    if (items != nullptr && items->is_array()) {
      add(kube::forbidden(at.child("items"), "items must be a schema object and not an array"));
    } else if (items != nullptr) {
      node(*items, Level::Item, at.child("items"));
    }
    const Json& properties = object_member(schema, "properties");
    for (const auto& [name, child] : properties.items()) node(child, Level::Member, property_path(at, name));
    values_of_map(schema, level, at);
    extensions(schema, at);
    values(schema, at, true);
    type_of(schema, type, level, at);
    metadata(schema, properties, level, at);
  }

  // What is said about values must be about something that the structure has.
  void complete(const Json& values, const Json* structure, const FieldPath& there, const FieldPath& here) {
    if (structure == nullptr) {
      add(kube::required(there, "because it is defined in " + here.text()));
      return;
    }
    for (const char* junctor : kJunctors) {
      const Json& branches = array_member(values, junctor);
      for (std::size_t i = 0; i < branches.size(); ++i) {
        nested(branches[i], structure, there, here.child(junctor).index(i));
      }
    }
    if (const Json* negated = find_member(values, "not"))
      nested(*negated, structure, there, here.child("not"));
  }

  FieldErrors take() {
    std::stable_sort(errors_.begin(), errors_.end(),
                     [](const kube::FieldError& a, const kube::FieldError& b) {
                       return kube::message(a) < kube::message(b);
                     });
    return std::move(errors_);
  }

 private:
  void add(kube::FieldError error) { errors_.push_back(std::move(error)); }

  void values_of_map(const Json& schema, Level level, const FieldPath& at) {
    const Json* values = find_member(schema, "additionalProperties");
    if (values == nullptr) return;
    if (level == Level::Root)
      add(kube::forbidden(at.child("additionalProperties"), "must not be used at the root"));
    if (values->is_object()) node(*values, Level::Member, at.child("additionalProperties"));
  }

  void extensions(const Json& schema, const FieldPath& at) {
    if (!true_member(schema, "x-kubernetes-int-or-string")) return;
    for (const char* other : {"x-kubernetes-preserve-unknown-fields", "x-kubernetes-embedded-resource"}) {
      if (!true_member(schema, other)) continue;
      add(kube::invalid(at.child(other), "true", "must be false if x-kubernetes-int-or-string is true"));
    }
  }

  // The alternatives of int-or-string are the only ones that may state types.
  void values(const Json& schema, const FieldPath& at, bool may_pair) {
    for (const char* junctor : kJunctors) {
      const Json& branches = array_member(schema, junctor);
      if (may_pair && std::string_view(junctor) == "anyOf" && is_int_or_string_pair(branches)) continue;
      for (std::size_t i = 0; i < branches.size(); ++i) {
        const bool first = may_pair && i == 0 && std::string_view(junctor) == "allOf";
        value(branches[i], at.child(junctor).index(i), first);
      }
    }
    if (const Json* negated = find_member(schema, "not")) value(*negated, at.child("not"), false);
    const std::string pattern = text_member(schema, "pattern");
    if (pattern.empty()) return;
    const auto compiled = schemas::Pattern::compile(pattern);
    if (compiled) return;
    add(kube::invalid(
        at.child("pattern"), kube::quoted(pattern),
        "must be a valid regular expression, but isn't: " + cel::Pattern(pattern).go_problem()));
  }

  void value(const Json& schema, const FieldPath& at, bool may_pair) {
    values(schema, at, may_pair);
    if (const Json* items = find_member(schema, "items")) value(*items, at.child("items"), false);
    const Json& properties = object_member(schema, "properties");
    for (const auto& [name, child] : properties.items()) value(child, property_path(at, name), false);
    if (properties.contains("metadata")) {
      add(kube::forbidden(property_path(at, "metadata"), "must not be specified in a nested context"));
    }
    constexpr std::array<std::pair<const char*, const char*>, 13> kRefused{
        {{"type", "empty"},
         {"additionalProperties", "undefined"},
         {"default", "undefined"},
         {"title", "empty"},
         {"description", "empty"},
         {"nullable", "false"},
         {"x-kubernetes-preserve-unknown-fields", "false"},
         {"x-kubernetes-embedded-resource", "false"},
         {"x-kubernetes-int-or-string", "false"},
         {"x-kubernetes-list-map-keys", "empty"},
         {"x-kubernetes-list-type", "undefined"},
         {"x-kubernetes-map-type", "undefined"},
         {"x-kubernetes-validations", "empty"}}};
    for (const auto& [keyword, state] : kRefused) {
      const Json* given = find_member(schema, keyword);
      if (given == nullptr || given->empty() || *given == false || *given == "") continue;
      add(kube::forbidden(at.child(keyword), "must be " + std::string(state) + " to be structural"));
    }
  }

  void type_of(const Json& schema, const std::string& type, Level level, const FieldPath& at) {
    const FieldPath place = at.child("type");
    const bool embedded = true_member(schema, "x-kubernetes-embedded-resource");
    const bool free = true_member(schema, "x-kubernetes-preserve-unknown-fields");
    if (embedded && type.empty()) {
      add(kube::required(place, "must be object if x-kubernetes-embedded-resource is true"));
    } else if (embedded && type != "object") {
      add(kube::invalid(place, kube::quoted(type),
                        "must be object if x-kubernetes-embedded-resource is true"));
    } else if (type.empty() && !free && !true_member(schema, "x-kubernetes-int-or-string")) {
      const char* where = level == Level::Root   ? "at the root"
                          : level == Level::Item ? "for specified array items"
                                                 : "for specified object fields";
      add(kube::required(place, std::string("must not be empty ") + where));
    }
    if (embedded && schema.contains("additionalProperties")) {
      add(kube::forbidden(at.child("additionalProperties"),
                          "must not be used if x-kubernetes-embedded-resource is set"));
    }
    if (level == Level::Root && !type.empty() && type != "object") {
      add(kube::invalid(place, kube::quoted(type), "must be object at the root"));
    }
    if (embedded && !free && object_member(schema, "properties").empty()) {
      add(kube::required(at.child("properties"),
                         "must not be empty if x-kubernetes-embedded-resource is true without "
                         "x-kubernetes-preserve-unknown-fields"));
    }
  }

  void metadata(const Json& schema, const Json& properties, Level level, const FieldPath& at) {
    if (level != Level::Root && !true_member(schema, "x-kubernetes-embedded-resource")) return;
    for (const auto& [name, wanted] :
         {std::pair("kind", "string"), std::pair("apiVersion", "string"), std::pair("metadata", "object")}) {
      if (!properties.contains(name)) continue;
      const std::string type = text_member(properties[name], "type");
      if (type == wanted) continue;
      add(kube::invalid(property_path(at, name).child("type"), kube::quoted(type),
                        std::string("must be ") + wanted));
    }
    if (level != Level::Root || !properties.contains("metadata")) return;
    for (const auto& [keyword, said] : properties["metadata"].items()) {
      if (keyword == "type" || keyword == "default") continue;
      const bool names = keyword == "properties" &&
                         std::all_of(said.items().begin(), said.items().end(), [](const auto& one) {
                           return one.key() == "name" || one.key() == "generateName";
                         });
      if (names) continue;
      add(kube::forbidden(property_path(at, "metadata"),
                          "must not specify anything other than name and generateName, but metadata is "
                          "implicitly specified"));
      return;
    }
  }

  void nested(const Json& values, const Json* structure, const FieldPath& there, const FieldPath& here) {
    complete(values, structure, there, here);
    if (structure == nullptr) return;
    if (const Json* items = find_member(values, "items")) {
      nested(*items, find_member(*structure, "items"), there.child("items"), here.child("items"));
    }
    const Json& known = object_member(*structure, "properties");
    for (const auto& [name, child] : object_member(values, "properties").items()) {
      nested(child, find_member(known, name), property_path(there, name), property_path(here, name));
    }
  }

  FieldErrors errors_;
};

}  // namespace

FieldErrors check_structural(const Json& schema, const FieldPath& at) {
  StructuralCheck check;
  check.node(schema, Level::Root, at);
  check.complete(schema, &schema, at, at);
  return check.take();
}

}  // namespace cw::apiserver
