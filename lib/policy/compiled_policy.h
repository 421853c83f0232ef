// CompiledPolicy: a CertificateRequestPolicy that is ready to be evaluated: its CEL compiled, its problems
// known. Immutable; thread-safe. Source: reference/policy.md 1.4, 1.7, 1.9 (T5).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "lib/api/certificate_request_policy.h"
#include "lib/kube/field_error.h"

namespace cw::policy {

// What the webhook refuses on create and update, all together. Rules are stamped ("policy.selector.required",
// "policy.cel.compile" with line and column in the detail, …).
kube::FieldErrors validate(const api::CertificateRequestPolicy&);
struct PolicyRuleInfo {
  std::string_view id;
  std::string_view source;
};
const std::vector<PolicyRuleInfo>& policy_rules();

enum class Readiness : std::uint8_t { NoCondition, NotReady, Ready };
enum class PolicyMode : std::uint8_t { Enforce, Warn, Audit };

class CompiledPolicy {
 public:
  // Never fails: what cannot be compiled or is not known (a plugin) is a problem, and then it never approves.
  static std::shared_ptr<const CompiledPolicy> compile(api::CertificateRequestPolicy);
  CompiledPolicy(const CompiledPolicy&) = delete;
  CompiledPolicy& operator=(const CompiledPolicy&) = delete;
  virtual ~CompiledPolicy() = default;

  const api::CertificateRequestPolicy& object() const { return object_; }
  const std::string& name() const { return object_.metadata.name; }
  // Why it is not ready; empty: it is.
  const kube::FieldErrors& problems() const { return problems_; }
  // Of the stored Ready condition; NotReady if a plugin is not known, whatever the condition says. A policy
  // with rules that do not compile takes part once it has a condition, and always fails: as in the field,
  // where it denies.
  Readiness readiness() const;
  PolicyMode mode() const;  // Enforce too for an unknown word, so that a typing error never opens

 protected:
  explicit CompiledPolicy(api::CertificateRequestPolicy object) : object_(std::move(object)) {}
  api::CertificateRequestPolicy object_;
  kube::FieldErrors problems_;
};
using PolicyPointer = std::shared_ptr<const CompiledPolicy>;

}  // namespace cw::policy
