// Is an issuer ready to sign? Pure: what was read about it -> its Ready condition and what to do next.
// Reasons: reference/controllers.md 4.1.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "controller/issuers/ca_key_pair.h"
#include "controller/runtime/events.h"
#include "lib/api/issuer.h"
#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/kube/conditions.h"

namespace cw::controller::issuers {

struct IssuerView {
  api::Issuer issuer;
  // Of a CA issuer: what its Secret holds, or why it cannot be had.
  std::optional<Result<std::shared_ptr<const CaKeyPair>>> key_pair;
};

struct IssuerDecision {
  std::optional<kube::Condition> ready;  // nullopt: the field writes none for an issuer without a type
  std::optional<runtime::Event> event;
  std::optional<Error> retry;                      // try again even if nothing changes
  std::optional<TimePoint> look_again = {};        // when time alone changes the answer
  std::optional<api::AcmeIssuerStatus> acme = {};  // of an ACME issuer: its account
};

// Of all types but ACME, for whose account there is acme_setup.h.
IssuerDecision decide(const IssuerView&, TimePoint now);

// Puts it among the conditions. That of another controller which says the same stays as it is, for a swap
// without writes; what we said ourselves follows its message.
void settle_ready(kube::List<kube::Condition>&, const kube::Condition& ready, TimePoint now);

}  // namespace cw::controller::issuers
