// CelRules: x-kubernetes-validations of any schema, compiled by lib/cel with the types of the schema. Limits:
// an expression costs at most kPerRuleCost at run time, all of one object together what schemas/rule_check.h
// allows. One for each schema that is read; not thread-safe, what it compiles is. Source:
// apiextensions-apiserver pkg/apiserver/schema/cel.
#pragma once

#include <cstdint>

#include "schemas/rules.h"

namespace cw::apiserver {

class CelTypes;

class CelRules final : public schemas::RuleCompiler {
 public:
  static constexpr std::uint64_t kPerRuleCost = 1'000'000;

  // Invalid: "compilation failed: …", "messageExpression compilation failed: …".
  Result<std::shared_ptr<const schemas::CompiledRule>> compile(const schemas::RuleText&,
                                                               const kube::Json& openapi,
                                                               schemas::RuleScope) const override;

 private:
  // Of the value that rules were last compiled for: there are often several.
  mutable const kube::Json* last_ = nullptr;
  mutable std::shared_ptr<const CelTypes> types_;
};

}  // namespace cw::apiserver
