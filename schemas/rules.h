// x-kubernetes-validations: rules that a schema cannot say, each an expression over the value it stands at.
// The expression language is CEL; until there is an engine for it (lib/cel), rules are known by their text:
// NamedRules holds a C++ check for each. A rule that the compiler does not know is an error when the schema
// is read, never skipped.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "lib/base/result.h"
#include "lib/kube/json.h"

namespace cw::schemas {

// One rule, compiled. Thread-safe.
class CompiledRule {
 public:
  CompiledRule() = default;
  CompiledRule(const CompiledRule&) = delete;
  CompiledRule& operator=(const CompiledRule&) = delete;
  virtual ~CompiledRule() = default;
  // Rules about the change are not evaluated on creation, and not forgiven for an unchanged value.
  virtual bool uses_old_self() const = 0;
  // An Error is a rule that could not be evaluated; the object is refused with its message.
  virtual Result<bool> holds(const kube::Json& self, const kube::Json* old_self) const = 0;
};

class RuleCompiler {
 public:
  RuleCompiler() = default;
  RuleCompiler(const RuleCompiler&) = delete;
  RuleCompiler& operator=(const RuleCompiler&) = delete;
  virtual ~RuleCompiler() = default;
  // Invalid for an expression it cannot take. `openapi` is the schema of the value, for its types.
  virtual Result<std::shared_ptr<const CompiledRule>> compile(std::string_view expression,
                                                              const kube::Json& openapi) const = 0;
};

// The rules of our own schemas, by their text.
class NamedRules final : public RuleCompiler {
 public:
  Result<std::shared_ptr<const CompiledRule>> compile(std::string_view expression,
                                                      const kube::Json& openapi) const override;
};

struct Rule {
  std::string expression;
  std::string message;     // empty: one that quotes the expression
  std::string reason;      // "FieldValueForbidden", …; empty: FieldValueInvalid
  std::string field_path;  // below the value, ".spec.x"; empty: the value itself
  std::shared_ptr<const CompiledRule> check;
};

}  // namespace cw::schemas
