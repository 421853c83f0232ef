// What CompiledPolicy::compile makes: the policy with its rules as programs, in the form in which it is
// evaluated. Immutable; thread-safe.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "lib/cel/program.h"
#include "lib/policy/attributes.h"
#include "lib/policy/compiled_policy.h"

namespace cw::policy {

struct RunnableRule {
  const api::ValidationRule* rule = nullptr;  // of the policy
  std::optional<cel::Program> program = std::nullopt;
  std::string fault = {};  // why there is no program
};

struct RunnableAttribute {
  AllowedAttribute allowed;
  std::vector<RunnableRule> rules;
};

struct RunnableOid {
  std::string_view oid;
  RunnableAttribute attribute;
};

class RunnablePolicy final : public CompiledPolicy {
 public:
  explicit RunnablePolicy(api::CertificateRequestPolicy);

  const RunnableAttribute& attribute(Attribute a) const { return attributes_[static_cast<std::size_t>(a)]; }
  const std::vector<RunnableOid>& other_names() const { return other_names_; }
  const std::vector<RunnableOid>& other_attributes() const { return other_attributes_; }
  bool has_unknown_plugin() const { return !object_.spec.plugins.empty(); }
  // A selector that no API server would take: whether the policy is meant cannot be known.
  bool labels_are_readable() const { return labels_are_readable_; }

 private:
  std::array<RunnableAttribute, kAttributes> attributes_;
  std::vector<RunnableOid> other_names_;
  std::vector<RunnableOid> other_attributes_;
  bool labels_are_readable_ = true;
};

// Every CompiledPolicy is one.
inline const RunnablePolicy& runnable(const CompiledPolicy& policy) {
  return static_cast<const RunnablePolicy&>(
      policy);  // NOLINT(cppcoreguidelines-pro-type-static-cast-downcast)
}

// A rule as a program, or its fault.
RunnableRule runnable_rule(const api::ValidationRule&);

}  // namespace cw::policy
