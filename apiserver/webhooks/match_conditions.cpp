#include "apiserver/webhooks/match_conditions.h"

#include <algorithm>
#include <memory>

#include <nlohmann/json.hpp>

#include "apiserver/json_access.h"
#include "apiserver/plain_cel.h"
#include "apiserver/webhooks/condition_environment.h"

namespace cw::apiserver::webhooks {
namespace {

using cel::Value;

constexpr std::uint64_t kMostForAll = 2'500'000;  // cost of all conditions of a webhook
constexpr std::uint64_t kMostForOne = 1'000'000;

const cel::Type kBool{cel::Kind::Bool};

Value kind_value(const Json& given, std::string_view type, std::string_view last) {
  return Value(cel::ObjectValue{
      type, std::make_shared<const std::vector<Value>>(std::vector<Value>{
                Value::of(text_member(given, "group")), Value::of(text_member(given, "version")),
                Value::of(text_member(given, last))})});
}

Value user_value(const Json& user) {
  const Json* extra = find_member(user, "extra");
  return Value(cel::ObjectValue{
      kUserInfoType, std::make_shared<const std::vector<Value>>(std::vector<Value>{
                         Value::of(text_member(user, "username")), Value::of(text_member(user, "uid")),
                         plain_value(array_member(user, "groups")),
                         plain_value(extra != nullptr ? *extra : Json::object())})});
}

std::string joined(const std::vector<std::string>& errors) {
  if (errors.size() == 1) return errors.front();
  std::string text = "[";
  for (const std::string& error : errors) text += (text.size() > 1 ? ", " : "") + error;
  return text + "]";
}

}  // namespace

MatchConditions MatchConditions::compile(const Json& conditions, const cel::Environment& environment) {
  MatchConditions compiled;
  for (const Json& condition : conditions) {
    Condition one{.expression = text_member(condition, "expression"), .program = {}, .problem = {}};
    auto program = cel::Program::compile(one.expression, environment, kBool);
    if (program) {
      one.program = std::move(program).value();
    } else {
      one.problem = "compilation failed: " + program.error().text();
    }
    compiled.conditions_.push_back(std::move(one));
  }
  return compiled;
}

Result<bool> MatchConditions::evaluate(const ConditionInput& input) const {
  const std::vector<Value> bindings{input.object, input.old_object, input.request, Value(), input.authorizer};
  std::vector<std::string> errors;
  std::uint64_t spent = 0;
  for (const Condition& condition : conditions_) {
    std::string problem = condition.problem;
    if (condition.program) {
      const cel::Limits limits{.cost = std::min(kMostForOne, kMostForAll - std::min(spent, kMostForAll)),
                               .spent = &spent};
      const Result<Value> value = condition.program->evaluate(bindings, limits);
      const bool* holds = value ? value->as<bool>() : nullptr;
      if (holds != nullptr && !*holds) return false;
      if (holds != nullptr) continue;
      problem = value ? "it gives no bool" : without_place(value.error().message);
    }
    errors.push_back("expression '" + condition.expression + "' resulted in error: " + problem);
  }
  if (errors.empty()) return true;
  return Error{Code::Invalid, joined(errors)};
}

std::optional<std::string> condition_problem(std::string_view expression) {
  static const cel::Environment environment = make_condition_environment();
  const auto program = cel::Program::compile(expression, environment, kBool);
  if (program) return std::nullopt;
  const auto wrong_type = type_mistake(program.error());
  return wrong_type ? "must evaluate to bool but got " + *wrong_type
                    : shown_issues(program.error(), expression);
}

cel::Value request_value(const Json& request) {
  const Json* options = find_member(request, "options");
  return Value(cel::ObjectValue{
      kRequestType,
      std::make_shared<const std::vector<Value>>(std::vector<Value>{
          kind_value(object_member(request, "kind"), kGroupVersionKindType, "kind"),
          kind_value(object_member(request, "resource"), kGroupVersionResourceType, "resource"),
          Value::of(text_member(request, "subResource")),
          kind_value(object_member(request, "requestKind"), kGroupVersionKindType, "kind"),
          kind_value(object_member(request, "requestResource"), kGroupVersionResourceType, "resource"),
          Value::of(text_member(request, "requestSubResource")), Value::of(text_member(request, "name")),
          Value::of(text_member(request, "namespace")), Value::of(text_member(request, "operation")),
          user_value(object_member(request, "userInfo")), Value(true_member(request, "dryRun")),
          options != nullptr ? plain_value(*options) : Value()})});
}

}  // namespace cw::apiserver::webhooks
