#include "lib/policy/evaluate.h"

#include <algorithm>
#include <utility>

#include "lib/policy/evaluate_parts.h"
#include "lib/policy/request_facts.h"
#include "lib/policy/runnable_policy.h"
#include "lib/policy/wildcard.h"

namespace cw::policy {
namespace {

bool takes(const std::optional<std::string>& pattern, std::string_view text) {
  return !pattern || matches_wildcard(*pattern, text);
}

std::string text_of(const Failure& failure) {
  if (failure.field.empty()) return failure.detail;
  std::string text = failure.field;
  if (failure.internal) {
    text += ": Internal error";
  } else if (failure.shown.empty() && failure.field.ends_with(".required")) {
    text += ": Required value";
  } else {
    text += ": Invalid value";
    if (!failure.shown.empty()) text += ": " + failure.shown;
  }
  if (!failure.detail.empty()) text += ": " + failure.detail;
  return text;
}

}  // namespace

bool selects_issuer(const CompiledPolicy& policy, const api::IssuerReference& issuer) {
  const auto& wanted = policy.object().spec.selector.issuer_ref;
  return !wanted || (takes(wanted->name, issuer.name) && takes(wanted->kind, issuer.kind) &&
                     takes(wanted->group, issuer.group));
}

bool selects_namespace_name(const CompiledPolicy& policy, std::string_view name_space) {
  const auto& wanted = policy.object().spec.selector.name_space;
  if (!wanted || wanted->match_names.empty()) return true;
  return std::any_of(wanted->match_names.begin(), wanted->match_names.end(),
                     [&](const std::string& pattern) { return matches_wildcard(pattern, name_space); });
}

bool needs_labels(const CompiledPolicy& policy) {
  const auto& wanted = policy.object().spec.selector.name_space;
  return wanted && wanted->match_labels.present();
}

bool selects_labels(const CompiledPolicy& policy, const kube::Map& namespace_labels) {
  const auto& wanted = policy.object().spec.selector.name_space;
  if (!wanted) return true;
  return std::all_of(wanted->match_labels.begin(), wanted->match_labels.end(), [&](const auto& label) {
    const std::string* value = namespace_labels.find(label.first);
    return value != nullptr && *value == label.second;
  });
}

Evaluation evaluate(const CompiledPolicy& policy, const RequestFacts& facts) {
  Evaluation out;
  Budget budget;
  evaluate_allowed(runnable(policy), facts, budget, out.failures);
  evaluate_constraints(runnable(policy), facts, out);
  // What is not understood never approves, even where the request has nothing that it would look at.
  if (out.failures.empty() && !policy.problems().empty()) {
    for (const kube::FieldError& problem : policy.problems()) {
      out.failures.push_back({problem.field, problem.bad_value, problem.detail, true, "repair the policy"});
    }
  }
  return out;
}

std::vector<Failure> evaluate(const CompiledPolicy& policy, const RequestView& view) {
  const RequestFacts facts(view);
  Evaluation evaluation = evaluate(policy, facts);
  if (!evaluation.error.empty()) {
    evaluation.failures.push_back({"spec.constraints.privateKey", "", std::move(evaluation.error), true});
  }
  return std::move(evaluation.failures);
}

std::string text_of(const std::vector<Failure>& failures) {
  std::vector<std::string> texts;
  for (const Failure& failure : failures) {
    std::string text = text_of(failure);
    if (std::find(texts.begin(), texts.end(), text) == texts.end()) texts.push_back(std::move(text));
  }
  if (texts.size() == 1) return std::move(texts.front());
  std::string all = "[";
  for (std::size_t i = 0; i < texts.size(); ++i) all.append(i > 0 ? ", " : "").append(texts[i]);
  return texts.empty() ? std::string() : all += ']';
}

}  // namespace cw::policy
