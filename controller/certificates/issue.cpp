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

std::string after_colon(const std::string& message) { return message.empty() ? "" : ": " + message; }

// Whose answer is missing.
std::string answerer(const api::IssuerReference& issuer) {
  const auto kind = std::string(api::issuer_kind(issuer));
  if (api::is_built_in_group(issuer)) {
    return "no controller has answered for " + kind + " " + kube::quoted(issuer.name) +
           ": is the one for its type switched off (--controllers)?";
  }
  return "the controller of issuer group " + kube::quoted(issuer.group) + " has not answered for " + kind +
         " " + kube::quoted(issuer.name) + ": is it installed, with its kind " + kind + "?";
}

IssueDecision unanswered(const OwnedRequest& request, TimePoint now) {
  if (!request.pending_cause.empty() &&
      !kube::is_condition_true(request.object->status.conditions, api::kApproved)) {
    return {.message = who(request) + " waits for approval: " + request.pending_cause};
  }
  const auto& created = request.object->metadata.creation_timestamp;
  if (created && now < *created + kUnanswered) return {.look_again = *created + kUnanswered};
  const auto since = created ? " since " + format_time(*created) : std::string();
  if (kube::is_condition_true(request.object->status.conditions, api::kApproved)) {
    return {.message = who(request) + " is approved and waits" + since + "; " +
                       answerer(request.object->spec.issuer_ref)};
  }
  return {.message = who(request) + " waits for approval" + since +
                     ": no approver has approved or denied it; is one running?"};
}

// Who denies is told by the reason: an approver's name, or that of a person's tool.
IssueDecision denied(const OwnedRequest& request, const kube::Condition& condition) {
  const auto by = condition.reason.empty() ? std::string() : " by " + kube::quoted(condition.reason);
  return fail(condition.reason, who(request) + " was denied" + by + after_colon(condition.message));
}

IssueDecision invalid(const OwnedRequest& request, const kube::Condition& condition) {
  const auto why = condition.reason.empty() ? std::string() : " (" + condition.reason + ")";
  return fail(condition.reason, who(request) + " is invalid" + why + after_colon(condition.message));
}

IssueDecision issued(const OwnedRequest& request, const UsableKey& key, TimePoint now,
                     const pki::PemLimits& limits) {
  auto chain = pki::Certificate::parse_chain(request.object->status.certificate.text(), limits);
  if (!chain) {
    return fail(kInvalidCertificate,
                who(request) + " brought no readable certificate: " + chain.error().message);
  }
  const auto& leaf = chain->front();
  const auto& leaf_key = leaf.public_key();
  if (!leaf_key || !same_key(leaf_key->spki_der(), key.spki)) {
    return fail(kInvalidCertificate, who(request) + " brought a certificate for another key");
  }
  if (leaf.not_after() < now) {
    return fail(kInvalidCertificate,
                who(request) + " brought a certificate that expired at " + format_time(leaf.not_after()));
  }
  return {.step = IssueStep::Issue, .certificate = leaf};
}

}  // namespace

IssueDecision decide_issue(const OwnedRequest& request, const UsableKey& key, TimePoint now,
                           const pki::PemLimits& limits) {
  const auto& conditions = request.object->status.conditions;
  if (kube::is_condition_true(conditions, api::kDenied)) {
    return denied(request, *kube::find_condition(conditions, api::kDenied));
  }
  if (kube::is_condition_true(conditions, api::kInvalidRequest)) {
    return invalid(request, *kube::find_condition(conditions, api::kInvalidRequest));
  }
  const auto* ready = kube::find_condition(conditions, api::kReady);
  if (ready == nullptr) return unanswered(request, now);
  if (ready->reason == api::kReasonFailed) {
    return fail(api::kReasonFailed, who(request) + " failed" + after_colon(ready->message));
  }
  if (ready->reason == api::kReasonIssued) return issued(request, key, now, limits);
  return {.step = IssueStep::Pending, .message = who(request) + " is pending" + after_colon(ready->message)};
}

void set_issuing(api::CertificateStatus& status, IssuingText text, std::int64_t generation, TimePoint now) {
  kube::set_condition(status.conditions,
                      kube::Condition{.type = std::string(api::kIssuing),
                                      .status = std::string(text.status),
                                      .last_transition_time = std::nullopt,
                                      .reason = std::string(text.reason),
                                      .message = std::move(text.message),
                                      .observed_generation = generation},
                      now);
}

void mark_failed(api::CertificateStatus& status, const IssueDecision& decision, std::int64_t generation,
                 TimePoint now) {
  status.last_failure_time = now;
  status.failed_issuance_attempts = status.failed_issuance_attempts.value_or(0) + 1;
  set_issuing(status, {kube::kConditionFalse, decision.reason, decision.message + "; it will be tried again"},
              generation, now);
}

void mark_issued(api::CertificateStatus& status, std::int64_t revision) {
  status.revision = revision;
  status.last_failure_time.reset();
  status.failed_issuance_attempts.reset();
  kube::remove_condition(status.conditions, api::kIssuing);
}

}  // namespace cw::controller::certificates
