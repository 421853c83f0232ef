// The advice on one object: warnings, and errors where the operator enforces a rule. Never waits: what it
// asks of the cluster comes from Facts. Thread-safe as Facts and Clock are. Source: reference/policy.md 3.7.
#pragma once

#include <string>
#include <vector>

#include "lib/api/certificate.h"
#include "lib/api/certificate_request.h"
#include "lib/api/issuer.h"
#include "lib/kube/field_error.h"
#include "webhook/advice/enforcement.h"
#include "webhook/advice/facts.h"

namespace cw::webhook {

inline const NoFacts kNoFacts;
inline const SystemClock kWallClock;

// What is pointed to must outlive whoever holds this.
struct Advisor {
  const Facts* facts = &kNoFacts;
  const Clock* clock = &kWallClock;
  Enforcement enforcement = {};
};

inline constexpr std::size_t kMaxWarnings = 10;  // beyond, one more says how many were left out

struct Advised {
  kube::FieldErrors errors;           // of enforced rules; what the stored object had already is a warning
  std::vector<std::string> warnings;  // ASCII, each with path and rule id
};

// `before` is nullptr on a create. Nothing is said of an object that is being deleted or whose spec stays.
Advised advise(const Advisor&, const api::Certificate* before, const api::Certificate& after);
Advised advise(const Advisor&, const api::CertificateRequest* before, const api::CertificateRequest& after);
Advised advise(const Advisor&, const api::Issuer* before, const api::Issuer& after);
Advised advise(const Advisor&, const api::ClusterIssuer* before, const api::ClusterIssuer& after);

}  // namespace cw::webhook
