#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "apiserver/crd/schema_checks.h"
#include "apiserver/json_access.h"
#include "lib/base/ascii.h"
#include "schemas/render.h"

namespace cw::apiserver {
namespace {

using schemas::rendered;

// What may be set where the walk is.
struct Rules {
  std::string no_defaults;  // why there may be none; empty: there may
  bool inside_metadata = false;
};

bool has_line_break(std::string_view text) { return text.find_first_of("\r\n") != std::string_view::npos; }

std::string_view plain(std::string_view text) { return trimmed(text, " \t\r\n\v\f"); }

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> known) {
  return std::find(known.begin(), known.end(), text) != known.end();
}

class KeywordCheck {
 public:
  void node(const Json& schema, const Rules& rules, bool is_root, const FieldPath& at) {
    refused(schema, rules, at);
    below(schema, rules, is_root, at);
    types_of_sets(schema, at);
    list_map(schema, at);
    items_of_sets(schema, at);
    const Json& entries = array_member(schema, "x-kubernetes-validations");
    for (std::size_t i = 0; i < entries.size(); ++i) {
      rule(schema, entries[i], at.child("x-kubernetes-validations").index(i));
    }
  }

  FieldErrors take() { return std::move(errors_); }

 private:
  void add(kube::FieldError error) { errors_.push_back(std::move(error)); }

  void refused(const Json& schema, const Rules& rules, const FieldPath& at) {
    const std::string type = text_member(schema, "type");
    if (!type.empty() && !is_one_of(type, {"array", "boolean", "integer", "number", "object", "string"})) {
      add(kube::not_supported(at.child("type"), kube::quoted(type),
                              {"array", "boolean", "integer", "number", "object", "string"}));
    }
    if (schema.contains("default") && !rules.no_defaults.empty()) {
      add(kube::forbidden(at.child("default"), "must not be set " + rules.no_defaults));
    }
    for (const char* keyword :
         {"id", "additionalItems", "patternProperties", "definitions", "dependencies", "$ref"}) {
      if (schema.contains(keyword))
        add(kube::forbidden(at.child(keyword), std::string(keyword) + " is not supported"));
    }
    if (type == "null") {
      add(kube::forbidden(at.child("type"), "type cannot be set to null, use nullable as an alternative"));
    }
    if (rules.inside_metadata && true_member(schema, "x-kubernetes-embedded-resource")) {
      add(kube::forbidden(at.child("x-kubernetes-embedded-resource"),
                          "must not be used inside of resource meta"));
    }
    if (true_member(schema, "uniqueItems")) {
      add(kube::forbidden(
          at.child("uniqueItems"),
          "uniqueItems cannot be set to true since the runtime complexity becomes quadratic"));
    }
    for (const char* number : {"maximum", "minimum", "multipleOf"}) {
      const Json* given = find_member(schema, number);
      if (given == nullptr || given->is_number()) continue;
      add(kube::invalid(at.child(number), rendered(*given), "must be a number"));
    }
    const Json* enumerated = find_member(schema, "enum");
    if (enumerated != nullptr && !enumerated->is_array()) {
      add(kube::invalid(at.child("enum"), rendered(*enumerated), "must be a list"));
    }
  }

  void below(const Json& schema, const Rules& rules, bool is_root, const FieldPath& at) {
    const Json& properties = object_member(schema, "properties");
    if (const Json* values = find_member(schema, "additionalProperties")) {
      const FieldPath place = at.child("additionalProperties");
      if (!properties.empty() && *values != true) {
        add(kube::forbidden(place, "additionalProperties and properties are mutual exclusive"));
      }
      Rules inside = rules;
      if (rules.inside_metadata)
        inside.no_defaults = "inside additionalProperties applying to object metadata";
      if (values->is_object()) node(*values, inside, false, place);
    }
    const bool is_resource = is_root || true_member(schema, "x-kubernetes-embedded-resource");
    for (const auto& [name, child] : properties.items()) {
      Rules inside = rules;
      if (is_resource && is_one_of(name, {"metadata", "kind", "apiVersion"})) {
        inside.inside_metadata = true;
        if (is_root) inside.no_defaults = "in top-level " + name;
      }
      node(child, inside, false, at.child("properties").key(name));
    }
    if (const Json* negated = find_member(schema, "not")) node(*negated, rules, false, at.child("not"));
    for (const char* junctor : {"allOf", "oneOf", "anyOf"}) {
      const Json& branches = array_member(schema, junctor);
      for (std::size_t i = 0; i < branches.size(); ++i) {
        node(branches[i], rules, false, at.child(junctor).index(i));
      }
    }
    const Json* items = find_member(schema, "items");
    if (items != nullptr && items->is_object()) node(*items, rules, false, at.child("items"));
  }

  // The type that a value must have for a mark to make sense.
  void needs_type(const Json& schema, const char* mark, const char* wanted, const FieldPath& at) {
    const std::string type = text_member(schema, "type");
    if (!schema.contains(mark) || type == wanted) return;
    const std::string why = "must be " + std::string(wanted) + " if " + mark + " is specified";
    add(type.empty() ? kube::required(at.child("type"), why)
                     : kube::invalid(at.child("type"), kube::quoted(type), why));
  }

  void types_of_sets(const Json& schema, const FieldPath& at) {
    const char* free = "x-kubernetes-preserve-unknown-fields";
    if (const Json* given = find_member(schema, free); given != nullptr && *given == false) {
      add(kube::invalid(at.child(free), "false", "must be true or undefined"));
    }
    needs_type(schema, "x-kubernetes-map-type", "object", at);
    const std::string map = text_member(schema, "x-kubernetes-map-type");
    if (schema.contains("x-kubernetes-map-type") && !is_one_of(map, {"atomic", "granular"})) {
      add(kube::not_supported(at.child("x-kubernetes-map-type"), kube::quoted(map), {"atomic", "granular"}));
    }
    needs_type(schema, "x-kubernetes-list-type", "array", at);
    const std::string list = text_member(schema, "x-kubernetes-list-type");
    const Json& items = object_member(schema, "items");
    if (list == "set" && text_member(schema, "type") == "array") {
      const bool atomic_list = !items.contains("x-kubernetes-list-type") ||
                               text_member(items, "x-kubernetes-list-type") == "atomic";
      if (text_member(items, "type") == "array" && !atomic_list) {
        add(kube::invalid(at.child("items").child("x-kubernetes-list-type"),
                          rendered(items["x-kubernetes-list-type"]),
                          "must be atomic as item of a list with x-kubernetes-list-type=set"));
      }
      if (text_member(items, "type") == "object" && text_member(items, "x-kubernetes-map-type") != "atomic") {
        add(kube::invalid(at.child("items").child("x-kubernetes-map-type"), "null",
                          "must be atomic as item of a list with x-kubernetes-list-type=set"));
      }
    }
    if (schema.contains("x-kubernetes-list-type") && !is_one_of(list, {"atomic", "set", "map"})) {
      add(kube::not_supported(at.child("x-kubernetes-list-type"), kube::quoted(list),
                              {"atomic", "set", "map"}));
    }
  }

  void list_map(const Json& schema, const FieldPath& at) {
    const std::string list = text_member(schema, "x-kubernetes-list-type");
    const Json& keys = array_member(schema, "x-kubernetes-list-map-keys");
    const FieldPath type_place = at.child("x-kubernetes-list-type");
    const FieldPath keys_place = at.child("x-kubernetes-list-map-keys");
    if (!keys.empty() && list.empty()) {
      add(kube::required(type_place, "must be map if x-kubernetes-list-map-keys is non-empty"));
    } else if (!keys.empty() && list != "map") {
      add(kube::invalid(type_place, kube::quoted(list),
                        "must be map if x-kubernetes-list-map-keys is non-empty"));
    }
    if (list != "map") return;
    if (keys.empty()) add(kube::required(keys_place, "must not be empty if x-kubernetes-list-type is map"));
    const Json* items = find_member(schema, "items");
    if (items == nullptr) {
      add(kube::required(at.child("items"), "must have a schema if x-kubernetes-list-type is map"));
      return;
    }
    const std::string type = text_member(*items, "type");
    if (type != "object") {
      add(kube::invalid(at.child("items").child("type"), kube::quoted(type),
                        "must be object if parent array's x-kubernetes-list-type is map"));
      return;
    }
    const Json& properties = object_member(*items, "properties");
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const std::string key = keys[i].is_string() ? keys[i].get<std::string>() : std::string();
      if (!properties.contains(key)) {
        add(kube::invalid(keys_place, rendered(keys), "entries must all be names of item properties"));
      } else if (is_one_of(text_member(properties[key], "type"), {"array", "object"})) {
        add(kube::invalid(at.child("items").child("properties").key(key).child("type"), kube::quoted(type),
                          "must be a scalar type if parent array's x-kubernetes-list-type is map"));
      }
      if (std::find(keys.begin(), keys.begin() + static_cast<std::ptrdiff_t>(i), keys[i]) !=
          keys.begin() + static_cast<std::ptrdiff_t>(i)) {
        add(kube::invalid(keys_place, rendered(keys), "must not contain duplicate entries"));
      }
    }
  }

  // Items of sets and maps are never null, and their keys are always there.
  void items_of_sets(const Json& schema, const FieldPath& at) {
    const std::string list = text_member(schema, "x-kubernetes-list-type");
    const Json* items = find_member(schema, "items");
    if (items == nullptr || !is_one_of(list, {"set", "map"})) return;
    const FieldPath place = at.child("items");
    if (true_member(*items, "nullable")) {
      add(kube::forbidden(place.child("nullable"),
                          "cannot be nullable when x-kubernetes-list-type is " + list));
    }
    if (list != "map") return;
    const Json& required = array_member(*items, "required");
    const Json& properties = object_member(*items, "properties");
    for (const Json& key : array_member(schema, "x-kubernetes-list-map-keys")) {
      if (!key.is_string() || !properties.contains(key.get<std::string>())) continue;
      const Json& property = properties[key.get<std::string>()];
      const FieldPath key_place = place.child("properties").key(key.get<std::string>());
      if (std::find(required.begin(), required.end(), key) == required.end() &&
          !property.contains("default")) {
        add(kube::required(
            key_place.child("default"),
            "this property is in x-kubernetes-list-map-keys, so it must have a default or be a "
            "required property"));
      }
      if (true_member(property, "nullable")) {
        add(kube::forbidden(key_place.child("nullable"),
                            "this property is in x-kubernetes-list-map-keys, so it cannot be nullable"));
      }
    }
  }

  void rule(const Json& schema, const Json& entry, const FieldPath& at) {
    const std::string expression = text_member(entry, "rule");
    const std::string message = text_member(entry, "message");
    const std::string_view said = plain(message);
    if (plain(expression).empty()) {
      add(kube::required(at.child("rule"), "rule is not specified"));
    } else if (!message.empty() && said.empty()) {
      add(kube::invalid(at.child("message"), kube::quoted(message), "must be non-empty if specified"));
    } else if (has_line_break(said)) {
      add(kube::invalid(at.child("message"), kube::quoted(message), "must not contain line breaks"));
    } else if (has_line_break(plain(expression)) && said.empty()) {
      add(kube::required(at.child("message"), "message must be specified if rule contains line breaks"));
    }
    const std::string made = text_member(entry, "messageExpression");
    if (!made.empty() && plain(made).empty()) {
      add(kube::required(at.child("messageExpression"), "messageExpression must be non-empty if specified"));
    }
    const std::vector<std::string> reasons{"FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid",
                                           "FieldValueRequired"};
    const std::string reason = text_member(entry, "reason");
    if (entry.contains("reason") && std::find(reasons.begin(), reasons.end(), reason) == reasons.end()) {
      add(kube::not_supported(at.child("reason"), kube::quoted(reason), reasons));
    }
    const std::string path = text_member(entry, "fieldPath");
    if (path.empty()) return;
    const FieldPath place = at.child("fieldPath");
    std::string problem;
    if (plain(path).empty()) add(kube::invalid(place, kube::quoted(path), "must be non-empty if specified"));
    if (has_line_break(path)) add(kube::invalid(place, kube::quoted(path), "must not contain line breaks"));
    if (schema_at(schema, path, Brackets::Allowed, problem) == nullptr) {
      add(kube::invalid(place, kube::quoted(path), "must be a valid path"));
    }
  }

  FieldErrors errors_;
};

}  // namespace

FieldErrors check_keywords(const Json& schema, const FieldPath& at) {
  KeywordCheck check;
  check.node(schema, {}, true, at);
  return check.take();
}

}  // namespace cw::apiserver
