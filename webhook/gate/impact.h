// What a new or changed policy does to Certificates that exist: whose next renewal it would deny or leave
// waiting. Asks the API server nothing: rights are guessed from the bindings that are known. Bounded in
// number and time. Source: reference/policy.md 3.5.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "webhook/gate/gate.h"

namespace cw::webhook {

struct ImpactLimits {
  std::size_t certificates = 5000;  // looked at
  std::chrono::milliseconds time{1000};
};

// Warnings. `before`: nullptr on a create.
std::vector<std::string> impact_of(const api::CertificateRequestPolicy* before,
                                   const api::CertificateRequestPolicy& after, const GateParts&,
                                   const ImpactLimits& limits = {});

}  // namespace cw::webhook
