#include "controller/policy/approver.h"

#include <chrono>
#include <utility>

#include "lib/api/names.h"
#include "lib/policy/explain.h"
#include "lib/policy/guard.h"

namespace cw::controller::approval {
namespace {

using policy::Answer;
using requests::ApprovalDecision;
using requests::ApprovalStep;
using runtime::Event;
using runtime::EventType;

constexpr std::string_view kEventApproved = "Approved";
constexpr std::string_view kEventDenied = "Denied";
constexpr std::string_view kEventUnprocessed = "Unprocessed";
constexpr std::string_view kEventError = "EvaluationError";

Event event(EventType type, std::string_view reason, std::string message) {
  return {.type = type, .reason = std::string(reason), .message = std::move(message)};
}

ApprovalDecision approved(std::string message) {
  return {.step = ApprovalStep::Approve,
          .message = message,
          .events = {event(EventType::Normal, kEventApproved, message)}};
}

ApprovalDecision denied(std::string message) {
  return {.step = ApprovalStep::Deny,
          .message = message,
          .events = {event(EventType::Warning, kEventDenied, message)}};
}

// Policies have no say: only the guard's failures count.
policy::Options guard_alone(policy::Options options) {
  options.on = true;
  options.unmatched = policy::Unmatched::Ignore;
  return options;
}

// Rights that change reach the API server's own cache a moment after ours.
std::optional<std::chrono::milliseconds> second_look(std::chrono::steady_clock::duration changed_ago) {
  if (changed_ago < std::chrono::milliseconds(400)) return std::chrono::milliseconds(150);
  if (changed_ago < std::chrono::seconds(2)) return std::chrono::seconds(1);
  return std::nullopt;
}

bool is_refused_by_guard(const policy::Verdict& verdict) {
  return verdict.answer == Answer::Denied && !verdict.guard.empty();
}

}  // namespace

ApprovalDecision PolicyApprover::decide(const api::CertificateRequest& request) {
  const auto started = std::chrono::steady_clock::now();
  const auto view = policy::view_of(request);
  const auto verdict = view ? policy::decide(*view, parts_.world, parts_.options)  //
                            : policy::unreadable(view.error());
  parts_.metrics.add(verdict, std::chrono::steady_clock::now() - started);
  return settle(request, view ? &*view : nullptr, verdict);
}

ApprovalDecision PolicyApprover::settle(const api::CertificateRequest& request,
                                        const policy::RequestView* view, const policy::Verdict& verdict) {
  switch (verdict.answer) {
    case Answer::Approved:
      parts_.causes.forget(kube::key_of(request.metadata));
      return approved(verdict.message);
    case Answer::Denied:
      parts_.causes.forget(kube::key_of(request.metadata));
      return denied(verdict.message);
    case Answer::Pending:
      return wait(request, event(EventType::Normal, kEventUnprocessed,
                                 view != nullptr ? pending_text(verdict, *view) : verdict.message));
    case Answer::Error:
      break;
  }
  auto decision = wait(request, event(EventType::Warning, kEventError, verdict.message));
  decision.step = ApprovalStep::TryAgain;
  return decision;
}

// What was told is not told again.
ApprovalDecision PolicyApprover::wait(const api::CertificateRequest& request, Event why) {
  ApprovalDecision decision{.step = ApprovalStep::Wait, .message = why.message};
  decision.again_after = second_look(parts_.rights_changed_ago());
  if (!parts_.causes.note(request.metadata, why.message)) return decision;
  decision.events.push_back(std::move(why));
  parts_.cause_changed(request);
  return decision;
}

std::string_view PolicyApprover::reason() const { return api::kPolicyGroup; }

Status PolicyApprover::may_sign(const api::CertificateRequest& request, const api::Issuer& issuer) {
  const auto guard = policy::Guard::of(issuer.metadata.annotations);
  if (!guard) return Done{};
  const auto view = policy::view_of(request);
  if (!view)
    return Error{Code::Forbidden,
                 "its issuer has a guard, and the request cannot be read: " + view.error().message};
  std::optional<kube::Map> labels;
  if (guard->needs_labels()) labels = TRY(parts_.world.namespace_labels(request.metadata.name_space));
  const auto failures = guard->check(*view, labels ? &*labels : nullptr);
  if (failures.empty()) return Done{};
  return Error{Code::Forbidden, "the guard of its issuer refuses it: " + policy::text_of(failures)};
}

bool PolicyApprover::would_approve(const api::Certificate& certificate, const kube::UserInfo* requester,
                                   std::int64_t revision) const {
  auto view = policy::view_of(certificate, {.controller_user = parts_.options.controller_user,
                                            .requests = parts_.requests,
                                            .next_revision = static_cast<int>(revision)});
  if (!view) return false;
  if (requester != nullptr) view->requester = *requester;
  return policy::decide(*view, parts_.world, parts_.options).answer == Answer::Approved;
}

ApprovalDecision GuardApprover::decide(const api::CertificateRequest& request) {
  const auto guarded = is_guarded(request.spec.issuer_ref, request.metadata.name_space);
  // An issuer that cannot be read signs nothing, and is asked about its guard before it does.
  if (!guarded || !*guarded) return {.step = ApprovalStep::Approve};
  const auto view = policy::view_of(request);
  const auto verdict = view ? policy::decide(*view, parts_.world, guard_alone(parts_.options))
                            : policy::unreadable(view.error());
  if (is_refused_by_guard(verdict) || verdict.answer == Answer::Error) {
    return settle(request, view ? &*view : nullptr, verdict);
  }
  parts_.causes.forget(kube::key_of(request.metadata));
  return {.step = ApprovalStep::Approve};
}

bool GuardApprover::would_approve(const api::Certificate& certificate, const kube::UserInfo* requester,
                                  std::int64_t revision) const {
  const auto guarded = is_guarded(certificate.spec.issuer_ref, certificate.metadata.name_space);
  if (!guarded || !*guarded) return true;
  auto view = policy::view_of(certificate, {.controller_user = parts_.options.controller_user,
                                            .requests = parts_.requests,
                                            .next_revision = static_cast<int>(revision)});
  if (!view) return false;
  if (requester != nullptr) view->requester = *requester;
  const auto verdict = policy::decide(*view, parts_.world, guard_alone(parts_.options));
  return !is_refused_by_guard(verdict) && verdict.answer != Answer::Error;
}

Result<bool> GuardApprover::is_guarded(const api::IssuerReference& issuer,
                                       const std::string& name_space) const {
  const auto annotations = TRY(parts_.world.issuer_annotations(issuer, name_space));
  return annotations && policy::Guard::of(*annotations).has_value();
}

}  // namespace cw::controller::approval
