#include "controller/requests/outcome.h"

#include "lib/api/names.h"

namespace cw::controller::requests {
namespace {

using runtime::Event;
using runtime::EventType;

class Settling {
 public:
  Settling(const api::CertificateRequest& request, TimePoint now)
      : now_(now), is_asked_for_by_others_(kube::find_controller(request.metadata) == nullptr) {
    change_.status = request.status;
  }

  // Of a request that a Certificate controls, approval that comes with its outcome is told by the status
  // alone, and the outcome by the Certificate: more would double the events (docs/differences.md).
  void approve(const Step& step) {
    set(api::kApproved, kube::kConditionTrue, api::kReasonApproved,
        "Approved by the built-in approver, which approves every request");
    if (is_asked_for_by_others_ || std::holds_alternative<Nothing>(step)) {
      event(EventType::Normal, api::kReasonApproved, "The request was approved");
    }
  }

  void operator()(const Nothing& /*step*/) {}
  void operator()(const Sign& /*step*/) {}

  void operator()(const MarkDenied& /*step*/) {
    const auto* denied = kube::find_condition(change_.status.conditions, api::kDenied);
    std::string message = "The request was denied";
    if (denied != nullptr && !denied->message.empty()) message += ": " + denied->message;
    set(api::kReady, kube::kConditionFalse, api::kReasonDenied, std::move(message));
    note_failure();
  }

  void operator()(const AwaitApproval& /*step*/) {
    event(EventType::Normal, "WaitingForApproval", "Nothing is signed until the request is approved");
  }

  void operator()(const Pend& pend) {
    const auto* ready = kube::find_condition(change_.status.conditions, api::kReady);
    const bool was_pending = ready != nullptr && ready->reason == api::kReasonPending;
    set(api::kReady, kube::kConditionFalse, api::kReasonPending, pend.message);
    if (!was_pending) event(EventType::Normal, pend.reason, pend.message);
  }

  void operator()(const Retry& retry) {
    (*this)(Pend{retry.reason, retry.error.message});
    change_.retry = retry.error;
  }

  void operator()(const Failed& failed) {
    set(api::kReady, kube::kConditionFalse, api::kReasonFailed, failed.message);
    note_failure();
    event(EventType::Warning, failed.reason, failed.message);
  }

  void operator()(const Issued& issued) {
    change_.status.certificate = kube::Bytes(issued.certificate);
    change_.status.ca = issued.ca.empty() ? kube::Bytes() : kube::Bytes(issued.ca);
    std::string message = "Certificate signed by the issuer";
    if (!issued.remark.empty()) message += "; " + issued.remark;
    set(api::kReady, kube::kConditionTrue, api::kReasonIssued, message);
    if (is_asked_for_by_others_) event(EventType::Normal, "CertificateIssued", std::move(message));
  }

  void event(EventType type, std::string_view reason, std::string message) {
    change_.events.push_back({type, std::string(reason), std::move(message)});
  }

  StatusChange take() { return std::move(change_); }

 private:
  void set(std::string_view type, std::string_view status, std::string_view reason, std::string message) {
    kube::set_condition(change_.status.conditions,
                        kube::Condition{.type = std::string(type),
                                        .status = std::string(status),
                                        .last_transition_time = std::nullopt,
                                        .reason = std::string(reason),
                                        .message = std::move(message),
                                        .observed_generation = 0},
                        now_);
  }
  void note_failure() {
    if (!change_.status.failure_time) change_.status.failure_time = now_;
  }

  TimePoint now_;
  bool is_asked_for_by_others_;  // by cmctl, a CSI driver, a mesh: no Certificate tells what became of it
  StatusChange change_;
};

}  // namespace

StatusChange settle(const api::CertificateRequest& request, const Plan& plan,
                    const std::optional<SignOutcome>& outcome, TimePoint now) {
  Settling settling(request, now);
  if (plan.approve) settling.approve(plan.step);
  std::visit(settling, plan.step);
  if (outcome) std::visit(settling, *outcome);
  return settling.take();
}

StatusChange settle_approval(const api::CertificateRequest& request, const ApprovalDecision& decision,
                             std::string_view reason, TimePoint now) {
  StatusChange change{.status = request.status, .events = decision.events, .retry = std::nullopt};
  change.again_after = decision.again_after;
  if (decision.step == ApprovalStep::TryAgain) change.retry = Error{Code::Unavailable, decision.message};
  if (decision.step != ApprovalStep::Approve && decision.step != ApprovalStep::Deny) return change;
  const bool approved = decision.step == ApprovalStep::Approve;
  kube::set_condition(change.status.conditions,
                      kube::Condition{.type = std::string(approved ? api::kApproved : api::kDenied),
                                      .status = std::string(kube::kConditionTrue),
                                      .last_transition_time = std::nullopt,
                                      .reason = std::string(reason),
                                      .message = decision.message,
                                      .observed_generation = 0},
                      now);
  return change;
}

}  // namespace cw::controller::requests
