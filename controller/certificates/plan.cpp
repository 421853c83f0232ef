#include "controller/certificates/plan.h"

#include <algorithm>
#include <utility>

#include "controller/certificates/back_off.h"
#include "controller/certificates/facts.h"
#include "controller/certificates/issue.h"
#include "controller/certificates/loop.h"
#include "controller/certificates/next_key.h"
#include "controller/certificates/policy.h"
#include "controller/certificates/readiness.h"
#include "controller/certificates/reasons.h"
#include "controller/certificates/renewal.h"
#include "controller/certificates/request.h"
#include "controller/certificates/revisions.h"
#include "controller/certificates/temporary.h"
#include "controller/certificates/trigger.h"
#include "lib/api/names.h"

namespace cw::controller::certificates {
namespace {

using runtime::EventType;

// An issuance that is over by then is one event, not two.
constexpr std::chrono::seconds kQuickIssue{2};

// What must not be done on old news: it would throw away what another controller has made since.
bool any_irrevocable(const Actions& actions) {
  return std::any_of(actions.begin(), actions.end(), [](const Action& action) {
    return std::holds_alternative<CreateNextKey>(action) || std::holds_alternative<DeleteNextKey>(action) ||
           std::holds_alternative<CreateRequest>(action) || std::holds_alternative<DeleteRequest>(action);
  });
}

// One pass, stage by stage. view_.status is what the status will be, so each stage sees what the ones before
// it decided.
class Pass {
 public:
  Pass(View view, TimePoint now) : view_(std::move(view)), now_(now), cause_(view_.setback) {}

  Plan run() {
    ask_server();
    if (view_.settings.stages.trigger) start();
    if (is_issuing(view_)) {
      go_on();
    } else {
      settle();
    }
    if (view_.settings.stages.readiness) judge();
    if (view_.settings.stages.revisions) append(after_, drop_old_requests(view_));
    return assemble();
  }

  Plan tell() {
    if (view_.settings.stages.readiness) judge();
    return assemble();
  }

 private:
  void ask_server() {
    if (!view_.settings.stages.readiness) return;
    learn_about_renewal(view_);
    const auto question = renewal_question(view_, now_);
    if (question.ask && !is_issuing(view_)) after_.push_back(AskRenewalInfo{});
    look_again(question.look_again);
  }

  void start() {
    auto decision = trigger(view_, now_);
    look_again(decision.look_again);
    // A certificate that is due for renewal is Ready still, so the condition would not tell.
    if (!decision.held_back.empty() && decision.held_back == request_problem(view_)) {
      after_.push_back(announce(EventType::Warning, kEventRequestFailed, decision.held_back));
    }
    // What failed is told first, as tell() does: else the two would take turns in writing it.
    if (!decision.held_back.empty() && view_.setback.empty()) cause_ = std::move(decision.held_back);
    if (decision.loop) {
      break_loop(*decision.loop);
    } else {
      unmark_loop(view_.status);
    }
    if (!decision.start) return;
    if (decision.window_error) warn(*decision.window_error);
    if (changed_since_failure(view_, now_)) view_.status.failed_issuance_attempts.reset();
    if (view_.status.revision) before_.push_back(ConfirmTarget{});
    begin(*decision.start);
  }

  void break_loop(const Loop& loop) {
    const auto generation = view_.certificate->metadata.generation;
    const bool is_news = mark_loop(view_.status, loop, generation, now_);
    if (is_news) after_.push_back(announce(EventType::Warning, kReissueLoop, loop.message));
    if (view_.setback.empty()) cause_ = kube::find_condition(view_.status.conditions, api::kIssuing)->message;
  }

  void begin(const Finding& why) {
    const auto message = "Issuing, because " + why.message;
    set_issuing(view_.status, {kube::kConditionTrue, why.reason, message},
                view_.certificate->metadata.generation, now_);
    auto event = announce(EventType::Normal, kEventIssuing, message);
    event.event.hold = kQuickIssue;
    after_.push_back(std::move(event));
  }

  void go_on() {
    if (view_.secret && !view_.secret->foreign_type.empty()) {
      cause_ = foreign_secret_text(view_.spec().secret_name, view_.secret->foreign_type);
    } else {
      prepare_key();
    }
  }

  void prepare_key() {
    auto decision = decide_key(view_);
    if (!view_.settings.stages.key) {
      // Another controller makes the key: it is used once it is there.
      if (decision.usable && !decision.usable->spki.empty()) request(*decision.usable);
      return;
    }
    if (!decision.blocked.empty()) cause_ = decision.blocked;
    for (auto& action : decision.actions) {
      const bool creates = std::holds_alternative<CreateNextKey>(action);
      const bool says_why = !decision.blocked.empty();
      (creates ? before_ : says_why ? if_status_changes_ : after_).push_back(std::move(action));
    }
    if (decision.name) view_.status.next_private_key_secret_name = decision.name;
    if (decision.usable) request(*decision.usable);
  }

  void request(const UsableKey& key) {
    const auto* issuing = kube::find_condition(view_.status.conditions, api::kIssuing);
    const auto since = issuing->last_transition_time.value_or(TimePoint{});
    auto decision = decide_request(view_, key, since);
    if (!view_.settings.stages.request) decision.actions.clear();  // another controller's
    if (!decision.blocked.empty()) cause_ = decision.blocked;
    append(decision.blocked.empty() ? after_ : if_status_changes_, std::move(decision.actions));
    if (decision.request != nullptr && view_.settings.stages.issue) issue(*decision.request, key);
  }

  void issue(const OwnedRequest& request, const UsableKey& key) {
    const auto decision = decide_issue(request, key, now_, view_.settings.pem);
    look_again(decision.look_again);
    switch (decision.step) {
      case IssueStep::Pending:
        if (wants_temporary(view_)) store_temporary(request, key);
        [[fallthrough]];
      case IssueStep::Wait:
        if (!decision.message.empty()) cause_ = decision.message;
        return;
      case IssueStep::Fail:
        give_up(decision);
        return;
      case IssueStep::Issue:
        store(request, key, *decision.certificate);
    }
  }

  void give_up(const IssueDecision& decision) {
    mark_failed(view_.status, decision, view_.certificate->metadata.generation, now_);
    after_.push_back(announce(EventType::Warning, decision.reason, decision.message));
    drop_key();
    // What the next pass would say, so that it finds nothing to write.
    const auto waiting = trigger(view_, now_);
    look_again(waiting.look_again);
    cause_ = waiting.held_back.empty() ? decision.message : waiting.held_back;
  }

  void store_temporary(const OwnedRequest& request, const UsableKey& key) {
    before_.push_back(WriteTemporary{request.object, key.secret});
    after_.push_back(
        announce(EventType::Normal, kEventIssuing, "A temporary certificate is stored in the Secret"));
    // What was just written is judged when the news of it is back.
  }

  void store(const OwnedRequest& request, const UsableKey& key, const pki::Certificate& certificate) {
    cause_.clear();
    view_.status.acme.reset();  // it was about the predecessor
    view_.secret = facts_after_issue(view_, *request.object, key.spki, certificate);
    before_.push_back(WriteTarget{request.object, key.secret, *view_.secret, certificate});
    const auto renewal = renewal_of(view_).at;
    remember(renewal);
    mark_issued(view_.status, next_revision(view_));
    view_.drift.reset();
    after_.push_back(
        announce(EventType::Normal, kEventIssuing, "The certificate was issued and stored in the Secret"));
    if (renewal && *renewal > now_) look_again(renewal);
    drop_key();
  }

  void remember(const std::optional<TimePoint>& renewal) {
    const auto* issuing = kube::find_condition(view_.status.conditions, api::kIssuing);
    plan_.completed = Completed{.reason = issuing->reason,
                                .took = now_ - issuing->last_transition_time.value_or(now_),
                                .is_first = !view_.status.revision,
                                .is_due_at_once = is_due_at_once(renewal, now_)};
  }

  void drop_key() {
    view_.status.next_private_key_secret_name.reset();
    if (view_.settings.stages.key) append(after_, drop_keys(view_));
  }

  // Not issuing: no key is wanted, and the Secret is kept as the spec has it.
  void settle() {
    if (view_.settings.stages.key) drop_key();
    if (view_.settings.stages.issue && view_.drift && may_rewrite()) {
      after_.push_back(RewriteTarget{*view_.drift});  // nothing in the status depends on it
    }
  }

  // Two Certificates that name one Secret must not take turns in writing it, nor we and who fights for it.
  bool may_rewrite() const {
    if (is_marked_as_loop(view_.status)) return false;
    if (!view_.secret || !view_.secret->has_key || !view_.secret->has_certificate) return false;
    if (!view_.secret->foreign_type.empty()) return false;
    if (view_.secret->certificate_name.value_or(view_.name()) != view_.name()) return false;
    return view_.rivals.empty() || owner_of_secret(view_) == view_.name();
  }

  void judge() {
    const auto decision = decide_readiness(view_, now_);
    look_again(decision.look_again);
    if (decision.window_error) warn(*decision.window_error);
    mark_readiness(view_, decision, cause_, now_);
  }

  void warn(const Finding& finding) {
    if_status_changes_.push_back(announce(EventType::Warning, finding.reason, finding.message));
  }

  void look_again(const std::optional<TimePoint>& when) {
    if (when && (!plan_.look_again || *when < *plan_.look_again)) plan_.look_again = when;
  }

  static void append(Actions& to, Actions from) {
    std::move(from.begin(), from.end(), std::back_inserter(to));
  }

  Plan assemble() {
    const bool writes_status = !(view_.status == view_.certificate->status);
    if (!writes_status && (any_irrevocable(before_) || any_irrevocable(after_))) {
      plan_.actions.push_back(ConfirmCurrent{});
    }
    append(plan_.actions, std::move(before_));
    if (writes_status) {
      plan_.actions.push_back(WriteStatus{view_.status});
      append(plan_.actions, std::move(if_status_changes_));
    }
    append(plan_.actions, std::move(after_));
    return std::move(plan_);
  }

  View view_;
  TimePoint now_;
  Plan plan_;
  std::string cause_;  // why a problem is not being mended right now: what failed, to begin with
  Actions before_;     // of the status write
  Actions after_;
  Actions if_status_changes_;  // also after it; said once, not at each pass
};

}  // namespace

Plan plan(View view, TimePoint now) {
  if (view.certificate->metadata.deletion_timestamp) return {};
  return Pass(std::move(view), now).run();
}

Plan tell_setback(View view, TimePoint now) { return Pass(std::move(view), now).tell(); }

}  // namespace cw::controller::certificates
