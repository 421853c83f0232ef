#include "controller/issuers/readiness.h"

#include "controller/issuers/issuer_type.h"
#include "lib/api/names.h"

namespace cw::controller::issuers {
namespace {

constexpr std::string_view kReasonNotServed = "IssuerTypeNotServed";

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
          std::nullopt};
}

IssuerDecision not_ready(const IssuerView& view, std::string_view reason, const std::string& message) {
  return {ready_condition(view.issuer, kube::kConditionFalse, reason, message),
          Event{EventType::Warning, std::string(reason), message}, std::nullopt};
}

IssuerDecision decide_ca(const IssuerView& view) {
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
  const CaKeyPair& pair = **loaded;
  if (!pair.certificate().is_ca()) {
    return not_ready(
        view, api::kReasonInvalidKeyPair,
        "the first certificate in tls.crt is no CA certificate: its basic constraints lack CA:TRUE");
  }
  // The field does not ask; what such a pair signs verifies nowhere (docs/differences.md).
  if (!pair.certificate().matches(pair.key.public_key())) {
    return not_ready(view, api::kReasonInvalidKeyPair,
                     "tls.key does not belong to the certificate in tls.crt");
  }
  auto decision = is_ready(view, api::kReasonKeyPairVerified, "Signing key pair verified");
  decision.event =
      Event{EventType::Normal, std::string(api::kReasonKeyPairVerified), decision.ready->message};
  return decision;
}

}  // namespace

IssuerDecision decide(const IssuerView& view) {
  const auto type = type_of(view.issuer.spec);
  switch (type) {
    case IssuerType::SelfSigned:
      return is_ready(view, api::kReasonSelfSignedReady, "");
    case IssuerType::Ca:
      return decide_ca(view);
    case IssuerType::None:
      return {std::nullopt, std::nullopt, Error{Code::Invalid, "the issuer has no type: spec names none"}};
    default:
      return not_ready(view, kReasonNotServed,
                       "this build does not serve issuers of type " + std::string(name_of(type)) + " yet");
  }
}

}  // namespace cw::controller::issuers
