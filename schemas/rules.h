// x-kubernetes-validations: rules that a schema cannot say, each an expression over the value it stands at.
// The expression language is CEL. Who reads a schema gives the compiler: apiserver/crd has one over lib/cel;
// the rules of our own schemas are known by their text, and NamedRules holds a C++ check for each. A rule
// that the compiler does not take is an error when the schema is read, never skipped.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
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
  // Whether such a rule is evaluated without an old value too.
  virtual bool takes_no_old_self() const { return false; }
  // An Error is a rule that could not be evaluated; the object is refused with its message. What it costs is
  // taken from `budget`.
  virtual Result<bool> holds(const kube::Json& self, const kube::Json* old_self,
                             std::uint64_t& budget) const = 0;
  // What to say if it does not hold; nullopt: the rule's constant message.
  virtual std::optional<std::string> message(const kube::Json& /*self*/, const kube::Json* /*old_self*/,
                                             std::uint64_t& /*budget*/) const {
    return std::nullopt;
  }
};

// A rule as a schema has it.
struct RuleText {
  std::string expression;
  std::string message_expression = {};  // empty: none
  bool optional_old_self = false;
};

// Over what a rule speaks: a value, or a whole object with apiVersion, kind and metadata.
enum class RuleScope : bool { Value, Resource };

class RuleCompiler {
 public:
  RuleCompiler() = default;
  RuleCompiler(const RuleCompiler&) = delete;
  RuleCompiler& operator=(const RuleCompiler&) = delete;
  virtual ~RuleCompiler() = default;
  // Invalid for an expression it cannot take. `openapi` is the schema of the value, for its types.
  virtual Result<std::shared_ptr<const CompiledRule>> compile(const RuleText&, const kube::Json& openapi,
                                                              RuleScope) const = 0;
};

// The rules of our own schemas, by their text.
class NamedRules final : public RuleCompiler {
 public:
  Result<std::shared_ptr<const CompiledRule>> compile(const RuleText&, const kube::Json& openapi,
                                                      RuleScope) const override;
};

struct Rule {
  std::string expression;
  std::string message;     // empty: one that quotes the expression
  std::string reason;      // "FieldValueForbidden", …; empty: FieldValueInvalid
  std::string field_path;  // below the value, ".spec.x"; empty: the value itself
  std::shared_ptr<const CompiledRule> check;
};

}  // namespace cw::schemas
