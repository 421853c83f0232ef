#include "controller/requests/outcome.h"

#include "lib/api/names.h"

namespace cw::controller::requests {
namespace {

using runtime::Event;
using runtime::EventType;

class Settling {
 public:
  Settling(const api::CertificateRequest& request, TimePoint now) : now_(now) {
    change_.status = request.status;
  }

  void approve() {
    set(api::kApproved, kube::kConditionTrue, api::kReasonApproved,
        "Approved by the built-in approver, which approves every request");
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
    set(api::kReady, kube::kConditionTrue, api::kReasonIssued, "Certificate signed by the issuer");
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
  StatusChange change_;
};

}  // namespace

StatusChange settle(const api::CertificateRequest& request, const Plan& plan,
                    const std::optional<SignOutcome>& outcome, TimePoint now) {
  Settling settling(request, now);
  if (plan.approve) settling.approve();
  std::visit(settling, plan.step);
  if (outcome) std::visit(settling, *outcome);
  // Approval that comes with its outcome is told by the status alone: it would double the events of every
  // certificate (docs/differences.md).
  if (plan.approve && std::holds_alternative<Nothing>(plan.step)) {
    settling.event(EventType::Normal, api::kReasonApproved, "The request was approved");
  }
  return settling.take();
}

}  // namespace cw::controller::requests
