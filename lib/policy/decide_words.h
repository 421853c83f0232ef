// Why a policy did not count, in one sentence that says what to change. Pure.
#pragma once

#include <string>

#include "lib/policy/compiled_policy.h"
#include "lib/policy/decide.h"

namespace cw::policy {

// Of an outcome with its stage and failures.
std::string why_of(const CompiledPolicy&, const PolicyOutcome&, const RequestView&);
std::string why_labels(const CompiledPolicy&, const std::string& name_space, const kube::Map& labels);

// Messages of the condition or event. Each is capped.
std::string approved_message(const std::string& policy);
std::string denied_message(const std::vector<PolicyOutcome>&);
std::string deferred_message(const std::vector<PolicyOutcome>&);
std::string guard_message(const std::vector<Failure>&, const api::IssuerReference&);
// Nothing applies: with what came nearest.
std::string unmatched_message(const std::vector<PolicyOutcome>&);
// "a": why; "b": why: those that came nearest to being applied, at most `limit`.
std::string nearest_outcomes(const std::vector<PolicyOutcome>&, std::size_t limit);

}  // namespace cw::policy
