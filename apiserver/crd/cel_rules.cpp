#include "apiserver/crd/cel_rules.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "apiserver/crd/cel_types.h"
#include "apiserver/plain_cel.h"
#include "lib/base/ascii.h"
#include "lib/cel/program.h"

namespace cw::apiserver {
namespace {

using schemas::RuleText;

// What an expression that cost too much is told, whatever it was.
bool is_too_costly(const std::string& message) {
  return message == "the cost limit is exceeded" || message == "the expression takes too much work";
}

class CelRule final : public schemas::CompiledRule {
 public:
  CelRule(std::shared_ptr<const CelTypes> types, cel::Program rule, std::optional<cel::Program> message,
          bool uses_old_self, bool optional_old_self)
      : types_(std::move(types)),
        rule_(std::move(rule)),
        message_(std::move(message)),
        uses_old_self_(uses_old_self),
        optional_old_self_(optional_old_self) {}

  bool uses_old_self() const override { return uses_old_self_; }
  bool takes_no_old_self() const override { return optional_old_self_; }

  Result<bool> holds(const kube::Json& self, const kube::Json* old_self,
                     std::uint64_t& budget) const override {
    const Result<cel::Value> result = run(rule_, self, uses_old_self_ ? old_self : nullptr, budget);
    if (!result && budget == 0) {
      return Error{
          Code::Invalid,
          "validation failed due to running out of cost budget, no further validation rules will be run"};
    }
    if (!result && is_too_costly(result.error().message)) {
      budget = 0;
      return Error{Code::Invalid, "operation cancelled: actual cost limit exceeded"};
    }
    if (!result) return Error{result.error().code, without_place(result.error().message)};
    const bool* holds = result->as<bool>();
    return holds != nullptr && *holds;
  }

  std::optional<std::string> message(const kube::Json& self, const kube::Json* old_self,
                                     std::uint64_t& budget) const override {
    if (!message_) return std::nullopt;
    const Result<cel::Value> result = run(*message_, self, old_self, budget);
    const cel::Text* text = result ? result->as<cel::Text>() : nullptr;
    if (text == nullptr) return std::nullopt;
    std::string said(trimmed(**text, " \t\r\n"));
    constexpr std::size_t kLongest = 5 * 1024;
    const bool is_usable = !said.empty() && said.size() <= kLongest && said.find('\n') == std::string::npos;
    return is_usable ? std::optional(std::move(said)) : std::nullopt;
  }

 private:
  Result<cel::Value> run(const cel::Program& program, const kube::Json& self, const kube::Json* old_self,
                         std::uint64_t& budget) const {
    const std::uint64_t work = conversion_work(self) + (old_self != nullptr ? conversion_work(*old_self) : 0);
    budget -= std::min(budget, work);
    if (budget == 0) return Error{Code::Invalid, "the values are too large for so many rules"};
    std::uint64_t spent = 0;
    std::vector<cel::Value> bindings{cel_value(self, *types_->self())};
    const bool has_old = old_self != nullptr;
    cel::Value old = has_old ? cel_value(*old_self, *types_->self()) : cel::Value();
    bindings.push_back(optional_old_self_ ? cel_optional(has_old ? &old : nullptr) : std::move(old));
    Result<cel::Value> result =
        program.evaluate(bindings, {.cost = std::min(budget, CelRules::kPerRuleCost), .spent = &spent});
    budget -= std::min(budget, spent);
    return result;
  }

  std::shared_ptr<const CelTypes> types_;
  cel::Program rule_;
  std::optional<cel::Program> message_;
  bool uses_old_self_;
  bool optional_old_self_;
};

}  // namespace

Result<std::shared_ptr<const schemas::CompiledRule>> CelRules::compile(const RuleText& text,
                                                                       const kube::Json& openapi,
                                                                       schemas::RuleScope scope) const {
  if (last_ != &openapi) types_ = std::make_shared<const CelTypes>(openapi, scope);
  last_ = &openapi;
  const std::shared_ptr<const CelTypes> types = types_;
  if (!types->self()) {
    return Error{Code::Invalid, "compilation failed: the schema does not say the type of the value"};
  }
  const auto old = text.optional_old_self ? CelTypes::OldSelf::Optional : CelTypes::OldSelf::Plain;
  const cel::Environment& environment = types->environment(old);
  auto rule = cel::Program::compile(text.expression, environment, {cel::Kind::Bool});
  if (!rule) {
    return Error{Code::Invalid, type_mistake(rule.error()) ? "cel expression must evaluate to a bool"
                                                           : shown_issues(rule.error(), text.expression)};
  }
  std::optional<cel::Program> message;
  if (!text.message_expression.empty()) {
    auto compiled = cel::Program::compile(text.message_expression, environment, {cel::Kind::String});
    if (!compiled) {
      const bool is_type = type_mistake(compiled.error()).has_value();
      return Error{Code::Invalid,
                   is_type ? "messageExpression must evaluate to a string"
                           : "messageExpression " + shown_issues(compiled.error(), text.message_expression)};
    }
    message = std::move(compiled).value();
  }
  const bool uses_old_self = rule->reads(CelTypes::kOldSelf);
  return {std::make_shared<const CelRule>(types, std::move(rule).value(), std::move(message), uses_old_self,
                                          text.optional_old_self)};
}

}  // namespace cw::apiserver
