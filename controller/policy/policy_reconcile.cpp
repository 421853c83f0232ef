#include "controller/policy/policy_reconcile.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "controller/runtime/status_patch.h"
#include "lib/api/names.h"
#include "lib/api/resources.h"
#include "lib/kube/field_error.h"

namespace cw::controller::approval {
namespace {

constexpr std::string_view kNotReady = "NotReady";
constexpr std::string_view kAsApprover = "approver-policy";
constexpr std::size_t kMaxMessage = 8192;  // bytes; metav1.Condition allows four times as much

// Not within a character.
std::string shortened(std::string text) {
  constexpr unsigned kTwoBits = 0xC0;
  constexpr unsigned kContinues = 0x80;
  if (text.size() <= kMaxMessage) return text;
  auto end = kMaxMessage;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & kTwoBits) == kContinues) --end;
  return text.substr(0, end) + "...";
}

kube::Condition condition_of(const policy::CompiledPolicy& policy) {
  const bool ready = policy.problems().empty();
  std::string message = "CertificateRequestPolicy is ready for approval evaluation";
  if (!ready) {
    message = shortened("CertificateRequestPolicy is not ready for approval evaluation: " +
                        kube::message(policy.problems()));
  }
  return {.type = std::string(api::kReady),
          .status = std::string(ready ? kube::kConditionTrue : kube::kConditionFalse),
          .last_transition_time = std::nullopt,
          .reason = std::string(ready ? api::kReady : kNotReady),
          .message = std::move(message),
          .observed_generation = policy.object().metadata.generation};
}

}  // namespace

std::optional<ReadinessChange> judge_readiness(const policy::CompiledPolicy& policy, TimePoint now) {
  const auto& before = policy.object().status;
  const auto wanted = condition_of(policy);
  ReadinessChange change{.status = before};
  kube::set_condition(change.status.conditions, wanted, now);
  if (change.status == before) return std::nullopt;
  const auto* told = kube::find_condition(before.conditions, api::kReady);
  if (told == nullptr || told->status != wanted.status || told->message != wanted.message) {
    const bool ready = wanted.status == kube::kConditionTrue;
    change.event = runtime::Event{.type = ready ? runtime::EventType::Normal : runtime::EventType::Warning,
                                  .reason = wanted.reason,
                                  .message = wanted.message};
  }
  return change;
}

Result<runtime::Outcome> PolicyReconciler::reconcile(const kube::ObjectKey& key) {
  const auto policy = parts_.find(key.name);
  if (!policy || policy->object().metadata.deletion_timestamp) return runtime::Outcome{};
  const auto& object = policy->object();
  const auto change = judge_readiness(*policy, parts_.clock.now());
  if (!change) return runtime::Outcome{};
  const auto patch = runtime::status_patch(object.metadata.resource_version, object.status, change->status);
  const auto written = parts_.writer.merge_patch(api::kCertificateRequestPolicies, key, kube::Part::Status,
                                                 patch, {.field_manager = std::string(kAsApprover)});
  if (!written && written.error().code == Code::NotFound) return runtime::Outcome{};  // deleted meanwhile
  parts_.stored(TRY(written));
  if (change->event) {
    parts_.events.record(runtime::subject_of(api::kCertificateRequestPolicies, object.metadata),
                         *change->event);
  }
  return runtime::Outcome{};
}

}  // namespace cw::controller::approval
