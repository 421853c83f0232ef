#include "controller/certificates/issue.h"

#include <chrono>

#include "controller/certificates/policy.h"
#include "controller/certificates/reasons.h"
#include "lib/api/names.h"
#include "lib/base/time_text.h"
#include "lib/kube/field_error.h"

namespace cw::controller::certificates {
namespace {

// A request without any condition is fresh, or its issuer or approver is absent: after this it is mentioned.
constexpr std::chrono::seconds kUnanswered{5};

std::string who(const OwnedRequest& request) {
  return "CertificateRequest " + kube::quoted(request.object->metadata.name);
}

IssueDecision fail(std::string_view reason, std::string message) {
  return {.step = IssueStep::Fail, .reason = std::string(reason), .message = std::move(message)};
}

IssueDecision unanswered(const OwnedRequest& request, TimePoint now) {
  const auto& created = request.object->metadata.creation_timestamp;
  if (created && now < *created + kUnanswered) return {.look_again = *created + kUnanswered};
  const bool approved = kube::is_condition_true(request.object->status.conditions, api::kApproved);
  return {.message = who(request) +
                     (approved ? " is approved; its issuer has not answered yet" : " waits for approval")};
}

IssueDecision issued(const OwnedRequest& request, const UsableKey& key, TimePoint now) {
  auto chain = pki::Certificate::parse_chain(request.object->status.certificate.text());
  if (!chain) {
    return fail(kInvalidCertificate,
                who(request) + " brought no readable certificate: " + chain.error().message);
  }
  const auto& leaf = chain->front();
  if (!leaf.public_key() || !same_key(leaf.public_key()->spki_der(), key.spki)) {
    return fail(kInvalidCertificate, who(request) + " brought a certificate for another key");
  }
  if (leaf.not_after() < now) {
    return fail(kInvalidCertificate,
                who(request) + " brought a certificate that expired at " + format_time(leaf.not_after()));
  }
  return {.step = IssueStep::Issue, .certificate = leaf};
}

}  // namespace

IssueDecision decide_issue(const OwnedRequest& request, const UsableKey& key, TimePoint now) {
  const auto& conditions = request.object->status.conditions;
  for (const auto type : {api::kDenied, api::kInvalidRequest}) {
    if (!kube::is_condition_true(conditions, type)) continue;
    const auto* condition = kube::find_condition(conditions, type);
    return fail(condition->reason, who(request) + (type == api::kDenied ? " was denied: " : " is invalid: ") +
                                       condition->message);
  }
  const auto* ready = kube::find_condition(conditions, api::kReady);
  if (ready == nullptr) return unanswered(request, now);
  if (ready->reason == api::kReasonFailed) {
    return fail(api::kReasonFailed, who(request) + " failed: " + ready->message);
  }
  if (ready->reason == api::kReasonIssued) return issued(request, key, now);
  return {.step = IssueStep::Pending, .message = who(request) + " is pending: " + ready->message};
}

void mark_failed(api::CertificateStatus& status, const IssueDecision& decision, std::int64_t generation,
                 TimePoint now) {
  status.last_failure_time = now;
  status.failed_issuance_attempts = status.failed_issuance_attempts.value_or(0) + 1;
  kube::set_condition(status.conditions,
                      kube::Condition{.type = std::string(api::kIssuing),
                                      .status = std::string(kube::kConditionFalse),
                                      .last_transition_time = std::nullopt,
                                      .reason = decision.reason,
                                      .message = decision.message + "; it will be tried again",
                                      .observed_generation = generation},
                      now);
}

void mark_issued(api::CertificateStatus& status, std::int64_t revision) {
  status.revision = revision;
  status.last_failure_time.reset();
  status.failed_issuance_attempts.reset();
  kube::remove_condition(status.conditions, api::kIssuing);
}

}  // namespace cw::controller::certificates
