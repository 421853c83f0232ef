#include "webhook/gate/judgement.h"

#include <algorithm>
#include <array>
#include <utility>

#include <nlohmann/json.hpp>

#include "lib/policy/explain.h"

namespace cw::webhook {
namespace {

using policy::Answer;
using policy::Mode;
using policy::PolicyOutcome;
using policy::Stage;

constexpr std::size_t kMaxAuditBytes = 1024;
constexpr std::size_t kMaxShadows = 5;
constexpr std::size_t kMaxShadowFields = 3;

std::string_view rule_of(const policy::Verdict& verdict) {
  if (verdict.answer == Answer::Error) return kUnknownRule;
  if (!verdict.guard.empty()) return kGuardRule;
  const bool judged = std::ranges::any_of(
      verdict.outcomes, [](const PolicyOutcome& outcome) { return outcome.stage == Stage::Fails; });
  return judged ? kDeniedRule : kUnmatchedRule;
}

std::string text_of_refusal(const Judgement& judged) {
  if (judged.verdict.answer != Answer::Error) return policy::refusal_text(judged.verdict, judged.view);
  return "namespace " + judged.view.name_space +
         ": policy could not be asked, try again: " + judged.verdict.message;
}

bool is_refused(const Judgement& judged, const NamespaceMode& at, const policy::Options& options) {
  if (at.mode != Mode::Enforce) return false;
  const bool closed = options.admission_failure == policy::OnFailure::Closed;
  if (judged.verdict.answer == Answer::Error) return closed;
  return judged.verdict.answer == Answer::Denied && (at.known || closed);
}

Mode mode_of(const std::string& name, const std::vector<policy::PolicyPointer>& policies) {
  const auto found = std::ranges::find(policies, name, [](const auto& one) { return one->name(); });
  if (found == policies.end() || (*found)->mode() == policy::PolicyMode::Audit) return Mode::Audit;
  return Mode::Warn;
}

std::string shadow_text(const PolicyOutcome& outcome) {
  std::string text = "policy " + outcome.policy + " would ";
  if (outcome.failures.empty()) return text + "allow this, once it is enforced";
  text += "deny this, once it is enforced:";
  std::size_t shown = 0;
  for (const policy::Failure& failure : outcome.failures) {
    if (++shown > kMaxShadowFields) break;
    text.append(shown > 1 ? ", " : " ").append(failure.field);
  }
  if (shown > kMaxShadowFields) text += ", ...";
  return text;
}

// What the shadows would have done: to the audit log, and to the user where the policy says warn.
void add_shadows(GateFindings& findings, const Judgement& judged, Mode mode, const policy::World& world) {
  const auto is_shadow = [](const PolicyOutcome& outcome) { return outcome.stage == Stage::Shadow; };
  if (std::ranges::none_of(judged.verdict.outcomes, is_shadow)) return;
  const std::vector<policy::PolicyPointer> policies = world.policies();
  std::size_t shown = 0;
  std::string audited;
  for (const PolicyOutcome& outcome : judged.verdict.outcomes) {
    if (!is_shadow(outcome) || ++shown > kMaxShadows) continue;
    const std::string text = shadow_text(outcome);
    audited.append(audited.empty() ? "" : "; ").append(text);
    const bool told = mode >= Mode::Warn && mode_of(outcome.policy, policies) == Mode::Warn;
    if (told && !outcome.failures.empty()) findings.warnings.push_back(text);
  }
  findings.audit_annotations.emplace("policy-shadows", audited.substr(0, kMaxAuditBytes));
}

void add_audit(GateFindings& findings, const policy::Verdict& verdict) {
  if (verdict.answer == Answer::Approved) return;
  findings.audit_annotations.emplace("policy-verdict", word_of_verdict(verdict.answer));
  findings.audit_annotations.emplace("policy-message", verdict.message.substr(0, kMaxAuditBytes));
}

}  // namespace

std::string_view word_of_verdict(Answer answer) {
  constexpr std::array<std::string_view, 4> kWords{"approved", "denied", "pending", "error"};
  return kWords[static_cast<std::size_t>(answer)];
}

kube::FieldErrors refusal_of(const Judgement& judged) {
  kube::FieldErrors errors{kube::plain_error(text_of_refusal(judged))};
  errors.back().rule = rule_of(judged.verdict);
  return errors;
}

GateFindings findings_of(const Judgement& judged, const NamespaceMode& at, Refusals refusals,
                         const GateParts& parts) {
  GateFindings findings;
  add_audit(findings, judged.verdict);
  add_shadows(findings, judged, at.mode, *parts.world);
  if (!at.warning.empty()) findings.warnings.push_back(at.warning);
  if (at.mode < Mode::Warn) return findings;
  if (refusals == Refusals::Wanted && is_refused(judged, at, parts.options)) {
    findings.errors = refusal_of(judged);
  } else {
    for (std::string& text : policy::warning_texts(judged.verdict, judged.view)) {
      findings.warnings.push_back(std::move(text));
    }
  }
  return findings;
}

GateFindings explanation_of(const Judgement& judged) {
  GateFindings findings;
  findings.errors.push_back(
      kube::plain_error(policy::to_json(judged.verdict, judged.view)
                            .dump(-1, ' ', false, kube::Json::error_handler_t::replace)));
  findings.errors.back().rule = kExplainedRule;
  return findings;
}

}  // namespace cw::webhook
