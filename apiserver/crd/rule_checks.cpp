#include <map>

#include <nlohmann/json.hpp>

#include "apiserver/crd/cel_rules.h"
#include "apiserver/crd/schema_checks.h"
#include "apiserver/json_access.h"

namespace cw::apiserver {
namespace {

using schemas::RuleScope;

class RuleCheck {
 public:
  // `uncorrelated`: the part above whose old values cannot be told; empty if there is none.
  void node(const Json& schema, RuleScope scope, const std::string& uncorrelated, const FieldPath& at) {
    const bool atomic_map = text_member(schema, "x-kubernetes-map-type") == "atomic";
    const std::string of_members = uncorrelated.empty() && atomic_map ? at.text() : uncorrelated;
    for (const auto& [name, child] : object_member(schema, "properties").items()) {
      node(child, scope_of(child), of_members, at.child("properties").key(name));
    }
    if (const Json& values = object_member(schema, "additionalProperties"); !values.empty()) {
      node(values, scope_of(values), uncorrelated, at.child("additionalProperties"));
    }
    if (const Json& items = object_member(schema, "items"); !items.empty()) {
      const bool keyed = text_member(schema, "x-kubernetes-list-type") == "map";
      node(items, scope_of(items), uncorrelated.empty() && !keyed ? at.text() : uncorrelated,
           at.child("items"));
    }
    const Json& entries = array_member(schema, "x-kubernetes-validations");
    for (std::size_t i = 0; i < entries.size(); ++i) {
      rule(schema, scope, entries[i], uncorrelated, at.child("x-kubernetes-validations").index(i));
    }
  }

  FieldErrors take() { return std::move(errors_); }

 private:
  // The entry as Go writes it.
  static std::string shown(const Json& entry) {
    const auto text = [&](const char* name) { return Json(text_member(entry, name)).dump(); };
    const std::string reason = entry.contains("reason") ? text("reason") : "null";
    const std::string optional =
        entry.contains("optionalOldSelf") ? dumped(entry["optionalOldSelf"]) : "null";
    const std::string json = "{\"Rule\":" + text("rule") + ",\"Message\":" + text("message") +
                             ",\"MessageExpression\":" + text("messageExpression") + ",\"Reason\":" + reason +
                             ",\"FieldPath\":" + text("fieldPath") + ",\"OptionalOldSelf\":" + optional + "}";
    std::string escaped;
    for (const char c : json) {
      if (c == '<' || c == '>' || c == '&') {
        escaped += c == '<' ? "\\u003c" : c == '>' ? "\\u003e" : "\\u0026";
      } else {
        escaped += c;
      }
    }
    return escaped;
  }

  static RuleScope scope_of(const Json& schema) {
    return true_member(schema, "x-kubernetes-embedded-resource") ? RuleScope::Resource : RuleScope::Value;
  }

  void rule(const Json& schema, RuleScope scope, const Json& entry, const std::string& uncorrelated,
            const FieldPath& at) {
    const schemas::RuleText text{text_member(entry, "rule"), text_member(entry, "messageExpression"),
                                 true_member(entry, "optionalOldSelf")};
    const auto compiled = rules_.compile(text, schema, scope);
    if (!compiled) {
      const std::string& why = compiled.error().message;
      const char* member = why.starts_with("messageExpression") ? "messageExpression" : "rule";
      errors_.push_back(kube::invalid(at.child(member), shown(entry), why));
      return;
    }
    if (!(*compiled)->uses_old_self()) {
      if (!entry.contains("optionalOldSelf")) return;
      errors_.push_back(kube::invalid(at.child("optionalOldSelf"), dumped(entry["optionalOldSelf"]),
                                      "may not be set if oldSelf is not used in rule"));
    } else if (!uncorrelated.empty()) {
      errors_.push_back(kube::invalid(
          at.child("rule"), kube::quoted(text.expression),
          "oldSelf cannot be used on the uncorrelatable portion of the schema within " + uncorrelated));
    }
  }

  CelRules rules_;
  FieldErrors errors_;
};

}  // namespace

FieldErrors check_rule_texts(const Json& schema, const FieldPath& at) {
  RuleCheck check;
  check.node(schema, RuleScope::Resource, {}, at);
  return check.take();
}

FieldErrors check_schema(const Json& schema, const FieldPath& at) {
  FieldErrors errors = check_structural(schema, at);
  const bool structural = errors.empty();
  FieldErrors keywords = check_keywords(schema, at);
  const bool sound = structural && keywords.empty();
  if (sound) errors = check_defaults(schema, at);
  const bool has_good_defaults = errors.empty();
  errors.insert(errors.end(), std::make_move_iterator(keywords.begin()),
                std::make_move_iterator(keywords.end()));
  if (sound && has_good_defaults) return check_rule_texts(schema, at);
  return errors;
}

}  // namespace cw::apiserver
