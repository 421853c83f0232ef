#include "controller/certificates/request.h"

#include "controller/certificates/policy.h"
#include "controller/certificates/reasons.h"
#include "lib/api/names.h"
#include "lib/issuance/csr_template.h"
#include "lib/issuance/request_name.h"
#include "lib/kube/field_error.h"

namespace cw::controller::certificates {
namespace {

// Failed, denied or invalid: null if it is none of these.
const kube::Condition* find_refusal(const api::CertificateRequestStatus& status) {
  for (const auto type : {api::kDenied, api::kInvalidRequest}) {
    if (kube::is_condition_true(status.conditions, type))
      return kube::find_condition(status.conditions, type);
  }
  const auto* ready = kube::find_condition(status.conditions, api::kReady);
  const bool failed =
      ready != nullptr && ready->status == kube::kConditionFalse && ready->reason == api::kReasonFailed;
  return failed ? ready : nullptr;
}

// Refused in an earlier attempt at the same revision.
bool is_stale_failure(const api::CertificateRequest& request, TimePoint issuing_since) {
  const auto* refusal = find_refusal(request.status);
  if (refusal == nullptr) return false;
  const bool has_failed = refusal->type == api::kReady;
  const auto when =
      request.status.failure_time || has_failed ? request.status.failure_time : refusal->last_transition_time;
  return when && *when < issuing_since;
}

bool answers(const OwnedRequest& owned, const UsableKey& key, TimePoint issuing_since) {
  return owned.violations && owned.violations->empty() && same_key(owned.key_spki, key.spki) &&
         !is_stale_failure(*owned.object, issuing_since);
}

bool is_left_over(const View& view, const OwnedRequest& owned) {
  return !owned.revision || *owned.revision == next_revision(view);
}

}  // namespace

std::string request_name(std::string_view certificate, std::int64_t revision) {
  return issuance::request_name(certificate, revision);
}

RequestDecision decide_request(const View& view, const UsableKey& key, TimePoint issuing_since) {
  RequestDecision decision;
  const auto revision = next_revision(view);
  const auto name = request_name(view.name(), revision);
  for (const auto& owned : view.requests) {
    const auto& metadata = owned.object->metadata;
    if (owned.revision == revision && answers(owned, key, issuing_since)) {
      if (decision.request != nullptr) {
        return {.blocked = "several CertificateRequests answer revision " + std::to_string(revision)};
      }
      decision.request = &owned;
    } else if (is_left_over(view, owned)) {
      if (metadata.deletion_timestamp) {
        decision.blocked = "CertificateRequest " + kube::quoted(metadata.name) + " is being deleted";
      } else {
        decision.actions.push_back(DeleteRequest{metadata.name, metadata.uid});
      }
    }
  }
  if (decision.request != nullptr || !decision.blocked.empty()) return decision;
  const auto wanted = issuance::csr_template(view.spec(), view.settings.requests);
  const auto problem =
      wanted ? issuance::gated_member(view.spec(), view.settings.requests) : wanted.error().message;
  if (!problem.empty()) {
    decision.blocked = "no request can be made: " + problem;
    decision.actions.push_back(announce(runtime::EventType::Warning, kEventRequestFailed, decision.blocked));
    return decision;
  }
  decision.actions.push_back(CreateRequest{name, revision, key.secret});
  return decision;
}

}  // namespace cw::controller::certificates
