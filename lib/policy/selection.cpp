#include "lib/policy/selection.h"

#include <algorithm>
#include <utility>

#include "lib/kube/field_error.h"
#include "lib/policy/decide_words.h"
#include "lib/policy/runnable_policy.h"

namespace cw::policy {
namespace {

class Selecting {
 public:
  Selecting(const RequestFacts& facts, NamespaceLabels& labels, Depth depth)
      : facts_(facts), view_(facts.view), labels_(labels), depth_(depth) {}

  Selection run(std::vector<PolicyPointer> policies) {
    out_.policies = std::move(policies);
    const auto by_name = [](const PolicyPointer& a, const PolicyPointer& b) { return a->name() < b->name(); };
    if (!std::is_sorted(out_.policies.begin(), out_.policies.end(), by_name)) {
      std::sort(out_.policies.begin(), out_.policies.end(), by_name);
    }
    out_.outcomes.resize(out_.policies.size());
    for (std::size_t i = 0; i < out_.policies.size(); ++i) {
      PolicyOutcome& outcome = out_.outcomes[i];
      const CompiledPolicy& policy = *out_.policies[i];
      outcome.policy = policy.name();
      if (!selects_issuer(policy, view_.issuer)) {
        outcome.stage = Stage::Issuer;
      } else if (!selects_namespace_name(policy, view_.name_space)) {
        outcome.stage = Stage::NamespaceName;
      } else if (!fits_labels(policy, outcome)) {
        outcome.stage = Stage::NamespaceLabels;
      } else {
        look_at(policy, outcome, i);
      }
    }
    return std::move(out_);
  }

 private:
  bool fits_labels(const CompiledPolicy& policy, PolicyOutcome& outcome) {
    if (!needs_labels(policy)) return true;
    const std::string error = labels_.error();
    if (!runnable(policy).labels_are_readable()) {
      outcome.why = "spec.selector.namespace.matchLabels cannot be read; repair the policy";
    } else if (!error.empty()) {
      outcome.why = "the namespace's labels are not known: " + error;
    } else if (const kube::Map* known = labels_.find(); known != nullptr) {
      const bool fits = selects_labels(policy, *known);
      if (!fits) outcome.why = why_labels(policy, view_.name_space, *known);
      return fits;
    } else {
      outcome.why = "namespace " + kube::quoted(view_.name_space) + " does not exist, so it has no labels";
    }
    if (out_.error.empty() && policy.mode() == PolicyMode::Enforce) {
      out_.error = "policy " + kube::quoted(policy.name()) + ": " + outcome.why;
    }
    return false;
  }

  void look_at(const CompiledPolicy& policy, PolicyOutcome& outcome, std::size_t at) {
    const bool is_shadow = policy.mode() != PolicyMode::Enforce;
    const Readiness readiness = policy.readiness();
    Candidate candidate{.at = at};
    if (readiness == Readiness::Ready || is_shadow || depth_ == Depth::Everything) {
      Evaluation evaluation = evaluate(policy, facts_);
      outcome.failures = std::move(evaluation.failures);
      candidate.kind = outcome.failures.empty() ? Candidate::Kind::Passes : Candidate::Kind::Fails;
      if (!evaluation.error.empty()) {
        candidate.kind = Candidate::Kind::CannotTell;
        candidate.error = evaluation.error;
        outcome.failures.push_back({"spec.constraints.privateKey", "", std::move(evaluation.error), true});
      }
    }
    if (is_shadow) {
      outcome.stage = Stage::Shadow;
      return;
    }
    outcome.stage = Stage::NotAsked;
    if (readiness == Readiness::NoCondition) candidate.kind = Candidate::Kind::NoCondition;
    if (readiness == Readiness::NotReady) candidate.kind = Candidate::Kind::NotReady;
    out_.candidates.push_back(std::move(candidate));
  }

  const RequestFacts& facts_;
  const RequestView& view_;
  NamespaceLabels& labels_;
  Depth depth_;
  Selection out_;
};

}  // namespace

const Result<std::optional<kube::Map>>& NamespaceLabels::fetched() {
  if (!labels_) labels_ = world_.namespace_labels(name_);
  return *labels_;
}

std::string NamespaceLabels::error() { return fetched() ? std::string() : fetched().error().message; }

const kube::Map* NamespaceLabels::find() { return fetched() && *fetched() ? &**fetched() : nullptr; }

Selection select(const RequestFacts& facts, const World& world, NamespaceLabels& labels, Depth depth) {
  return Selecting(facts, labels, depth).run(world.policies());
}

}  // namespace cw::policy
