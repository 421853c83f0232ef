// From a verdict to what admission answers: refusal, warnings, audit annotations. Pure.
// Source: reference/policy.md 3.3, the table.
#pragma once

#include <cstdint>
#include <string_view>

#include "lib/base/result.h"
#include "lib/policy/decide.h"
#include "webhook/gate/gate.h"
#include "webhook/gate/namespace_mode.h"

namespace cw::webhook {

inline constexpr std::string_view kDeniedRule = "policy.denied";
inline constexpr std::string_view kUnmatchedRule = "policy.unmatched";
inline constexpr std::string_view kGuardRule = "policy.guard";
inline constexpr std::string_view kUnknownRule = "policy.unknown";
inline constexpr std::string_view kExplainedRule = "policy.explained";

struct Judgement {
  policy::RequestView view;
  policy::Verdict verdict;
};

enum class Refusals : std::uint8_t { None, Wanted };

// "approved", "denied", "pending", "error": for metrics and the audit log.
std::string_view word_of_verdict(policy::Answer);
// What the mode makes of it. Without wanted refusals the most is a warning.
GateFindings findings_of(const Judgement&, const NamespaceMode&, Refusals, const GateParts&);
// The refusal alone.
kube::FieldErrors refusal_of(const Judgement&);
// The whole record as a refusal, for whoever asked to have it explained.
GateFindings explanation_of(const Judgement&);

}  // namespace cw::webhook
