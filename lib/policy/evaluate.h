// One policy against one request: does its selector take it, and where does the request go beyond what is
// allowed. Every evaluator runs, so all reasons are gathered. Pure; thread-safe.
// Source: reference/policy.md 1.2 to 1.5.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/kube/fields.h"
#include "lib/policy/compiled_policy.h"
#include "lib/policy/request_view.h"

namespace cw::policy {

// One place where a request fails a policy.
struct Failure {
  std::string field;  // as the field's approver names it: "spec.allowed.dnsNames.values"
  std::string shown;  // what was requested, rendered; may be empty
  std::string detail;
  bool internal = false;  // could not be evaluated (CEL run-time error, cost)
  std::string hint = {};  // the nearest fix, where there is one: "state spec.duration of at most 24h"
  bool operator==(const Failure&) const = default;
};

bool selects_issuer(const CompiledPolicy&, const api::IssuerReference&);
bool selects_namespace_name(const CompiledPolicy&, std::string_view name_space);
bool needs_labels(const CompiledPolicy&);
bool selects_labels(const CompiledPolicy&, const kube::Map& namespace_labels);

// Empty: it passes.
std::vector<Failure> evaluate(const CompiledPolicy&, const RequestView&);

// "spec.allowed.dnsNames.values: Invalid value: …", as the field joins them.
std::string text_of(const std::vector<Failure>&);

}  // namespace cw::policy
