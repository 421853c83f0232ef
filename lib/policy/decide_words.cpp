#include "lib/policy/decide_words.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/api/names.h"
#include "lib/kube/field_error.h"
#include "lib/policy/wildcard.h"
#include "lib/policy/words.h"

namespace cw::policy {
namespace {

constexpr std::size_t kMaxMessage = 16384;  // of a condition
constexpr std::size_t kMaxShownNames = 8;
constexpr std::size_t kNearest = 3;

// How far a policy came; further is nearer to being applied.
int distance_of(Stage stage) {
  switch (stage) {
    case Stage::Issuer:
      return 0;
    case Stage::NamespaceName:
      return 1;
    case Stage::NamespaceLabels:
      return 2;
    case Stage::Shadow:
      return 3;
    default:
      return 4;
  }
}

// "[a: …] [b: …]" of those that fail.
std::string bracketed(const std::vector<PolicyOutcome>& outcomes) {
  std::string text;
  std::size_t left_out = 0;
  for (const PolicyOutcome& outcome : outcomes) {
    if (outcome.stage != Stage::Fails) continue;
    if (text.size() > kMaxMessage) {
      ++left_out;
      continue;
    }
    if (!text.empty()) text += ' ';
    text += '[';
    text += outcome.policy;
    text += ": ";
    text += text_of(outcome.failures);
    text += ']';
  }
  if (left_out == 0 && text.size() <= kMaxMessage) return text;
  text = shortened(text, kMaxMessage);
  return left_out == 0 ? text : text + " and " + std::to_string(left_out) + " more policies";
}

std::vector<std::string> quoted_names(const kube::List<std::string>& names) {
  std::vector<std::string> out;
  for (const std::string& name : names) out.push_back(kube::quoted(name));
  return out;
}

std::string why_issuer(const CompiledPolicy& policy, const api::IssuerReference& issuer) {
  std::vector<std::string> missed;
  const auto compare = [&](std::string_view member, const std::optional<std::string>& pattern,
                           const std::string& asked) {
    if (!pattern || matches_wildcard(*pattern, asked)) return;
    missed.push_back("spec.selector.issuerRef." + std::string(member) + " " + kube::quoted(*pattern) +
                     " does not match " + kube::quoted(asked));
  };
  if (const auto& wanted = policy.object().spec.selector.issuer_ref) {
    compare("name", wanted->name, issuer.name);
    compare("kind", wanted->kind, issuer.kind);
    compare("group", wanted->group, issuer.group);
  }
  return listed(missed, kMaxShownNames) + "; use another issuer, or widen the selector";
}

std::string why_namespace_name(const CompiledPolicy& policy, const std::string& name_space) {
  const auto& wanted = policy.object().spec.selector.name_space;
  const std::vector<std::string> names =
      wanted ? quoted_names(wanted->match_names) : std::vector<std::string>();
  return "spec.selector.namespace.matchNames " + listed(names, kMaxShownNames) +
         " does not match namespace " + kube::quoted(name_space) + "; add it there";
}

std::string why_rights(const CompiledPolicy& policy, const RequestView& view) {
  return "user " + kube::quoted(view.requester.username) +
         " lacks the verb \"use\" on certificaterequestpolicies.policy.cert-manager.io " +
         kube::quoted(policy.name()) + " in namespace " + kube::quoted(view.name_space) + "; " +
         grant_command(view.requester, policy.name(), view.name_space);
}

std::string why_not_ready(const CompiledPolicy& policy) {
  std::string text = "it is not Ready";
  if (!policy.problems().empty()) {
    text += ": " + kube::message(policy.problems());
  } else if (const auto* ready = kube::find_condition(policy.object().status.conditions, api::kReady);
             ready != nullptr && !ready->message.empty()) {
    text += ": " + ready->message;
  }
  return text + "; repair the policy";
}

std::string why_fails(const std::vector<Failure>& failures) {
  if (failures.empty()) return {};
  std::string text = text_of(std::vector<Failure>{failures.front()});
  if (failures.size() > 1) text += " (and " + std::to_string(failures.size() - 1) + " more)";
  return failures.front().hint.empty() ? text : text + "; " + failures.front().hint;
}

std::string why_shadow(const CompiledPolicy& policy, bool passes) {
  return std::string(passes ? "it would approve" : "it would not approve") +
         ", but counts for nothing: " + std::string(api::kPolicyModeAnnotation) + " is " +
         (policy.mode() == PolicyMode::Warn ? "warn" : "audit") + "; remove the annotation to enforce it";
}

}  // namespace

std::string why_labels(const CompiledPolicy& policy, const std::string& name_space, const kube::Map& labels) {
  std::vector<std::string> missed;
  std::string command = "kubectl label namespace " + shell_word(name_space) + " --overwrite";
  if (const auto& wanted = policy.object().spec.selector.name_space) {
    for (const auto& [key, value] : wanted->match_labels) {
      const std::string* found = labels.find(key);
      if (found != nullptr && *found == value) continue;
      missed.push_back(key + "=" + value + (found != nullptr ? " (it is " + kube::quoted(*found) + ")" : ""));
      if (missed.size() <= kMaxShownNames) command += " " + shell_word(key + "=" + value);
    }
  }
  return "namespace " + kube::quoted(name_space) +
         " lacks what spec.selector.namespace.matchLabels wants: " + listed(missed, kMaxShownNames) + "; " +
         command;
}

std::string why_of(const CompiledPolicy& policy, const PolicyOutcome& outcome, const RequestView& view) {
  switch (outcome.stage) {
    case Stage::Issuer:
      return why_issuer(policy, view.issuer);
    case Stage::NamespaceName:
      return why_namespace_name(policy, view.name_space);
    case Stage::NamespaceLabels:
      return "the labels of the namespace do not fit";
    case Stage::Rights:
      return why_rights(policy, view);
    case Stage::NoReadyCondition:
      return "it has no Ready condition yet; wait for the controller, or see whether it runs";
    case Stage::NotReady:
      return why_not_ready(policy);
    case Stage::Shadow:
      return why_shadow(policy, outcome.failures.empty());
    case Stage::Fails:
      return why_fails(outcome.failures);
    case Stage::Passes:
      return "it allows the request";
    case Stage::NotAsked:
      return "its rights were not looked at: the answer was clear before";
  }
  return {};
}

std::string approved_message(const std::string& policy) {
  return "Approved by CertificateRequestPolicy: " + kube::quoted(policy);
}

std::string denied_message(const std::vector<PolicyOutcome>& outcomes) {
  return "No policy approved this request: " + bracketed(outcomes);
}

std::string deferred_message(const std::vector<PolicyOutcome>& outcomes) {
  std::vector<std::string> waiting;
  for (const PolicyOutcome& outcome : outcomes) {
    if (outcome.stage == Stage::NoReadyCondition) waiting.push_back(kube::quoted(outcome.policy));
  }
  std::string text = "Not decided yet: " + listed(waiting, kMaxShownNames) +
                     (waiting.size() == 1 ? " has" : " have") + " no Ready condition";
  if (const std::string failing = bracketed(outcomes); !failing.empty()) text += ": " + failing;
  return text;
}

std::string guard_message(const std::vector<Failure>& failures, const api::IssuerReference& issuer) {
  return shortened(
      "The issuer guard of " + issuer_text(issuer) + " refuses this request: " + text_of(failures),
      kMaxMessage);
}

std::string nearest_outcomes(const std::vector<PolicyOutcome>& outcomes, std::size_t limit) {
  int furthest = 0;
  for (const PolicyOutcome& outcome : outcomes) furthest = std::max(furthest, distance_of(outcome.stage));
  std::vector<std::string> texts;
  for (const PolicyOutcome& outcome : outcomes) {
    if (distance_of(outcome.stage) != furthest) continue;
    texts.push_back(texts.size() < limit ? kube::quoted(outcome.policy) + ": " + outcome.why : "");
  }
  return listed(texts, limit);
}

std::string unmatched_message(const std::vector<PolicyOutcome>& outcomes) {
  if (outcomes.empty()) return "No CertificateRequestPolicies exist";
  return shortened(
      "No CertificateRequestPolicies bound or applicable: " + nearest_outcomes(outcomes, kNearest),
      kMaxMessage);
}

}  // namespace cw::policy
