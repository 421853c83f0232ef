#include "schemas/rule_check.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "lib/base/ascii.h"
#include "schemas/correlate.h"
#include "schemas/outcome.h"
#include "schemas/path.h"
#include "schemas/render.h"

namespace cw::schemas {
namespace {

using kube::FieldErrorKind;

FieldErrorKind kind_for(std::string_view reason) {
  if (reason == "FieldValueForbidden") return FieldErrorKind::Forbidden;
  if (reason == "FieldValueRequired") return FieldErrorKind::Required;
  if (reason == "FieldValueDuplicate") return FieldErrorKind::Duplicate;
  return FieldErrorKind::Invalid;
}

std::string message_of(const Rule& rule) {
  if (!rule.message.empty()) return std::string(trimmed(rule.message, " \t\r\n"));
  return "failed rule: " + std::string(trimmed(rule.expression, " \t\r\n"));
}

// What is told of a rule that could not be evaluated.
std::string failed(const Rule& rule, const std::string& why) {
  const std::string_view name = trimmed(rule.message.empty() ? rule.expression : rule.message, " \t\r\n");
  if (why.starts_with("no such overload")) {
    return "'" + why +
           "': call arguments did not match a supported operator, function or macro signature for rule: " +
           std::string(name);
  }
  if (why.starts_with("operation cancelled: ")) {
    return "'" + why +
           "': no further validation rules will be run due to call cost exceeds limit for rule: " +
           std::string(name);
  }
  if (why.starts_with("validation failed due to ")) return why;  // not this rule's fault
  return why + " evaluating rule: " + std::string(name);
}

// A value and what it replaces. `parent_unchanged` counts where nothing corresponds to the value itself.
struct Value {
  const Json& now;
  const Json* old = nullptr;
  bool parent_unchanged = false;

  bool unchanged() const { return old != nullptr ? *old == now : parent_unchanged; }
};

class RuleWalk {
 public:
  void visit(const Value& value, const Schema& schema, const Path& at) {
    if (!schema.has_rules_inside || value.now.is_null()) return;
    for (const Rule& rule : schema.rules) check(rule, value, schema, at);
    if (value.now.is_object()) {
      visit_members(value, schema, at);
    } else if (value.now.is_array() && schema.items) {
      visit_items(value, schema, at);
    }
  }

  kube::FieldErrors take() { return std::move(failures_); }

 private:
  void visit_members(const Value& object, const Schema& schema, const Path& at) {
    for (const auto& [name, member] : object.now.items()) {
      const Schema* child = schema.find_member(name);
      if (child == nullptr || !child->has_rules_inside) continue;
      const Value value{member, find_old_member(at, object.old, name), object.unchanged()};
      visit(value, *child, schema.has_additional_properties ? at.key(name) : at.member(name));
    }
  }

  void visit_items(const Value& list, const Schema& schema, const Path& at) {
    if (!schema.items->has_rules_inside) return;
    const OldItems old_items(schema, list.old);
    const bool unchanged = list.unchanged();
    for (std::size_t i = 0; i < list.now.size(); ++i) {
      visit({list.now[i], old_items.find(list.now[i]), unchanged}, *schema.items, at.item(i));
    }
  }

  void check(const Rule& rule, const Value& value, const Schema& schema, const Path& at) {
    if (out_of_budget_) return;
    if (rule.check->uses_old_self() && value.old == nullptr && !rule.check->takes_no_old_self()) return;
    const Result<bool> holds = rule.check->holds(value.now, value.old, budget_);
    out_of_budget_ = budget_ == 0;
    if (!holds) {
      add({FieldErrorKind::Invalid,
           at.text(),
           kube::quoted(name_of(schema.type)),
           failed(rule, holds.error().message),
           {}});
    } else if (!*holds && (rule.check->uses_old_self() || !value.unchanged())) {
      add(broken(rule, value, at));
    }
  }

  kube::FieldError broken(const Rule& rule, const Value& value, const Path& at) {
    std::string field = at.text();
    if (!rule.field_path.empty()) {
      if (!field.empty()) field += '.';
      field += rule.field_path.substr(rule.field_path[0] == '.' ? 1 : 0);
    }
    const bool shows = !value.now.is_object() && !value.now.is_array();
    std::optional<std::string> said = rule.check->message(value.now, value.old, budget_);
    return {kind_for(rule.reason),
            std::move(field),
            shows ? rendered(value.now) : std::string(),
            said ? *std::move(said) : message_of(rule),
            {}};
  }

  void add(kube::FieldError error) {
    error.rule = rule_id::kRule;
    if (error.field.empty()) error.field = "<nil>";  // so Go names the root
    // Go tells no detail of it.
    if (error.kind == FieldErrorKind::Duplicate) error.detail.clear();
    if (failures_.size() < Outcome::kMaxFailures) failures_.push_back(std::move(error));
  }

  static constexpr std::uint64_t kBudget = 10'000'000;  // kube-apiserver's of one object

  kube::FieldErrors failures_;
  std::uint64_t budget_ = kBudget;
  bool out_of_budget_ = false;
};

}  // namespace

kube::FieldErrors check_rules(const Json& value, const Schema& schema, const Json* old) {
  RuleWalk walk;
  walk.visit({value, old}, schema, Path());
  return walk.take();
}

}  // namespace cw::schemas
