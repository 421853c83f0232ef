#include "lib/policy/decide.h"

#include <algorithm>
#include <array>
#include <utility>

#include "lib/kube/field_error.h"
#include "lib/policy/decide_words.h"
#include "lib/policy/selection.h"

namespace cw::policy {
namespace {

using Kind = Candidate::Kind;

// Questions that are put one after the other, where a binding is known; then all together.
constexpr int kSingleQuestions = 2;

class Decision {
 public:
  Decision(const RequestView& view, const World& world, const Options& options, Depth depth)
      : view_(view), world_(world), options_(options), depth_(depth), labels_(world, view.name_space) {}

  Verdict run() {
    check_guard();
    if (is_decided_ && !everything()) return std::move(verdict_);
    const RequestFacts facts(view_);
    selected_ = select(facts, world_, labels_, depth_);
    if (!selected_.error.empty()) answer(Answer::Error, selected_.error);
    if (!is_decided_ || everything()) {
      ask_for_rights();
      settle_stages();
      decide();
    }
    if (verdict_.answer != Answer::Approved || everything()) say_why();
    verdict_.outcomes = std::move(selected_.outcomes);
    return std::move(verdict_);
  }

 private:
  bool everything() const { return depth_ == Depth::Everything; }

  // The first answer stays.
  void answer(Answer answer, std::string message) {
    if (is_decided_) return;
    verdict_.answer = answer;
    verdict_.message = std::move(message);
    is_decided_ = true;
  }

  void check_guard() {
    auto annotations = world_.issuer_annotations(view_.issuer, view_.name_space);
    if (!annotations) return answer(Answer::Error, annotations.error().message);
    const auto guard = *annotations ? Guard::of(**annotations) : std::nullopt;
    if (!guard) return;
    const kube::Map* known = nullptr;
    if (guard->needs_labels()) {
      if (const std::string error = labels_.error(); !error.empty()) {
        return answer(Answer::Error, "the namespace's labels are not known: " + error);
      }
      known = labels_.find();
    }
    verdict_.guard = guard->check(view_, known);
    if (!verdict_.guard.empty()) answer(Answer::Denied, guard_message(verdict_.guard, view_.issuer));
  }

  bool rights_are_given() const {
    return options_.rights == Rights::SkipController && view_.requester.username == options_.controller_user;
  }

  const std::string& name_of(const Candidate& candidate) const {
    return selected_.policies[candidate.at]->name();
  }

  static void note(Candidate& candidate, const Result<bool>& answer) {
    if (answer) {
      candidate.may = *answer;
    } else {
      candidate.rights_error = answer.error().message;
    }
  }

  // One at a time, where a binding is known, until one approves or could not be asked for.
  void ask_likely() {
    int asked = 0;
    for (Candidate& candidate : selected_.candidates) {
      if (candidate.kind != Kind::Passes || asked == kSingleQuestions) continue;
      if (!world_.probably_may_use(view_.requester, name_of(candidate), view_.name_space)) continue;
      ++asked;
      note(candidate, world_.may_use(view_.requester, name_of(candidate), view_.name_space));
      if (candidate.may.value_or(true)) return;
    }
  }

  template <typename Wanted>
  void ask_together(Wanted wanted) {
    std::vector<std::string> names;
    std::vector<Candidate*> asked;
    for (Candidate& candidate : selected_.candidates) {
      if (candidate.may || !candidate.rights_error.empty() || !wanted(candidate.kind)) continue;
      names.push_back(name_of(candidate));
      asked.push_back(&candidate);
    }
    if (asked.empty()) return;
    const auto answers = world_.may_use_each(view_.requester, names, view_.name_space);
    for (std::size_t i = 0; i < asked.size(); ++i) {
      note(*asked[i], i < answers.size() ? answers[i] : Error{Code::Internal, "no answer"});
    }
  }

  bool is_clear() const { return find(Kind::Passes) != nullptr || !first_rights_error().empty(); }

  void ask_for_rights() {
    if (rights_are_given()) {
      for (Candidate& candidate : selected_.candidates) candidate.may = true;
      return;
    }
    if (everything()) return ask_together([](Kind) { return true; });
    ask_likely();
    if (is_clear()) return;
    ask_together([](Kind kind) { return kind == Kind::Passes; });
    if (is_clear()) return;
    // Who fails, to tell Denied from Pending; who waits, to put that off. Others would change nothing.
    ask_together([](Kind kind) { return kind != Kind::NotReady; });
  }

  // A policy of that kind that the requester may use.
  const Candidate* find(Kind kind) const {
    const auto at =
        std::find_if(selected_.candidates.begin(), selected_.candidates.end(),
                     [&](const Candidate& one) { return one.kind == kind && one.may.value_or(false); });
    return at != selected_.candidates.end() ? &*at : nullptr;
  }

  std::string first_rights_error() const {
    for (const Candidate& candidate : selected_.candidates) {
      if (!candidate.rights_error.empty()) return candidate.rights_error;
    }
    return {};
  }

  void decide() {
    if (is_decided_) return;
    if (const Candidate* found = find(Kind::Passes); found != nullptr) {
      verdict_.policy = name_of(*found);
      return answer(Answer::Approved, approved_message(verdict_.policy));
    }
    if (const std::string error = first_rights_error(); !error.empty()) {
      return answer(Answer::Error, "whether the requester may use a policy could not be asked: " + error);
    }
    if (const Candidate* found = find(Kind::CannotTell); found != nullptr) {
      return answer(Answer::Error, "policy " + kube::quoted(name_of(*found)) + ": " + found->error);
    }
    if (find(Kind::NoCondition) != nullptr) {
      verdict_.deferred = true;
      return answer(Answer::Pending, deferred_message(selected_.outcomes));
    }
    if (find(Kind::Fails) != nullptr) return answer(Answer::Denied, denied_message(selected_.outcomes));
    say_why();
    // Without any policy nothing is denied: they may be on their way.
    const bool is_denied = options_.unmatched == Unmatched::Deny && !selected_.policies.empty();
    answer(is_denied ? Answer::Denied : Answer::Pending, unmatched_message(selected_.outcomes));
  }

  void settle_stages() {
    for (const Candidate& candidate : selected_.candidates) {
      PolicyOutcome& outcome = selected_.outcomes[candidate.at];
      if (!candidate.rights_error.empty()) {
        outcome.stage = Stage::Rights;
        outcome.why = "whether the requester may use it could not be asked: " + candidate.rights_error;
      } else if (candidate.may) {
        outcome.stage = *candidate.may ? stage_of(candidate.kind) : Stage::Rights;
      } else if (candidate.kind == Kind::NotReady) {
        outcome.stage = Stage::NotReady;
      }
    }
  }

  static Stage stage_of(Kind kind) {
    switch (kind) {
      case Kind::Passes:
        return Stage::Passes;
      case Kind::NoCondition:
        return Stage::NoReadyCondition;
      case Kind::NotReady:
        return Stage::NotReady;
      default:
        return Stage::Fails;
    }
  }

  void say_why() {
    for (std::size_t i = 0; i < selected_.policies.size(); ++i) {
      PolicyOutcome& outcome = selected_.outcomes[i];
      if (outcome.why.empty()) outcome.why = why_of(*selected_.policies[i], outcome, view_);
    }
  }

  const RequestView& view_;
  const World& world_;
  const Options& options_;
  Depth depth_;
  NamespaceLabels labels_;
  Verdict verdict_;
  bool is_decided_ = false;
  Selection selected_;
};

}  // namespace

std::string_view word_of(Stage stage) {
  constexpr std::array<std::string_view, 10> kWords{
      "issuer",   "namespaceName", "namespaceLabels", "rights", "noReadyCondition",
      "notReady", "shadow",        "fails",           "passes", "notAsked"};
  return kWords[static_cast<std::size_t>(stage)];
}

std::string_view word_of(Answer answer) {
  constexpr std::array<std::string_view, 4> kWords{"Approved", "Denied", "Pending", "Error"};
  return kWords[static_cast<std::size_t>(answer)];
}

Verdict decide(const RequestView& view, const World& world, const Options& options, Depth depth) {
  return Decision(view, world, options, depth).run();
}

Verdict unreadable(const Error& error) {
  Verdict verdict;
  verdict.answer = Answer::Error;
  verdict.message = "the request could not be read: " + error.message;
  return verdict;
}

}  // namespace cw::policy
