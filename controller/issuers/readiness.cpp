#include "controller/issuers/readiness.h"

#include "controller/issuers/ca_health.h"
#include "controller/issuers/issuer_type.h"
#include "controller/runtime/settled_condition.h"
#include "lib/api/names.h"

namespace cw::controller::issuers {
namespace {

constexpr std::string_view kReasonNotServed = "IssuerTypeNotServed";
constexpr std::string_view kVerified = "Signing key pair verified";

using runtime::Event;
using runtime::EventType;

kube::Condition ready_condition(const api::Issuer& issuer, std::string_view status, std::string_view reason,
                                std::string message) {
  return {.type = std::string(api::kReady),
          .status = std::string(status),
          .last_transition_time = std::nullopt,
          .reason = std::string(reason),
          .message = std::move(message),
          .observed_generation = issuer.metadata.generation};
}

IssuerDecision is_ready(const IssuerView& view, std::string_view reason, std::string message) {
  return {ready_condition(view.issuer, kube::kConditionTrue, reason, std::move(message)), std::nullopt,
          std::nullopt, std::nullopt};
}

IssuerDecision not_ready(const IssuerView& view, std::string_view reason, const std::string& message) {
  return {ready_condition(view.issuer, kube::kConditionFalse, reason, message),
          Event{EventType::Warning, std::string(reason), message}, std::nullopt, std::nullopt};
}

IssuerDecision decide_ca(const IssuerView& view, TimePoint now) {
  CW_ASSERT(view.key_pair.has_value());
  const auto& loaded = *view.key_pair;
  if (!loaded) {
    auto decision = not_ready(view, api::kReasonGetKeyPairFailed,
                              "the signing key pair cannot be had: " + loaded.error().message);
    // A Secret that is missing or wrong makes itself heard when it changes; a failed read does not.
    if (loaded.error().code != Code::NotFound && loaded.error().code != Code::Invalid) {
      decision.retry = loaded.error();
    }
    return decision;
  }
  const auto health = ca_health(**loaded, may_outlive_ca(view.issuer.metadata), now);
  if (!health.problem.empty()) {
    auto decision = not_ready(view, api::kReasonInvalidKeyPair, health.problem);
    decision.look_again = health.look_again;
    return decision;
  }
  std::string message(kVerified);
  for (const auto& caveat : health.caveats) message += "; " + caveat;
  auto decision = is_ready(view, api::kReasonKeyPairVerified, message);
  const auto type = health.caveats.empty() ? EventType::Normal : EventType::Warning;
  decision.event = Event{type, std::string(api::kReasonKeyPairVerified), std::move(message)};
  decision.look_again = health.look_again;
  return decision;
}

}  // namespace

IssuerDecision decide(const IssuerView& view, TimePoint now) {
  const auto type = type_of(view.issuer.spec);
  switch (type) {
    case IssuerType::SelfSigned:
      return is_ready(view, api::kReasonSelfSignedReady, "");
    case IssuerType::Ca:
      return decide_ca(view, now);
    case IssuerType::None:
      return {.ready = std::nullopt,
              .event = std::nullopt,
              .retry = Error{Code::Invalid, "the issuer has no type: spec names none"}};
    default:
      return not_ready(view, kReasonNotServed,
                       "this build does not serve issuers of type " + std::string(name_of(type)) + " yet");
  }
}

void settle_ready(kube::List<kube::Condition>& conditions, const kube::Condition& ready, TimePoint now) {
  const auto* existing = kube::find_condition(conditions, ready.type);
  const bool is_ours = existing != nullptr && existing->message.starts_with(kVerified);
  const bool has_caveats =
      ready.reason == api::kReasonKeyPairVerified && ready.message.size() > kVerified.size();
  if (is_ours || has_caveats) {
    kube::set_condition(conditions, ready, now);
  } else {
    runtime::settle_condition(conditions, ready, now);
  }
}

}  // namespace cw::controller::issuers
