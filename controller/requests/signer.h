// Signer: how one type of issuer answers a request. Implementations are thread-safe and never throw outwards.
#pragma once

#include "controller/requests/outcome.h"
#include "lib/api/certificate_request.h"
#include "lib/api/issuer.h"
#include "lib/base/clock.h"

namespace cw::controller::requests {

class Signer {
 public:
  Signer() = default;
  Signer(const Signer&) = delete;
  Signer& operator=(const Signer&) = delete;
  virtual ~Signer() = default;
  // The request is approved and the issuer Ready.
  virtual SignOutcome sign(const api::CertificateRequest&, const api::Issuer&, TimePoint now) = 0;
};

}  // namespace cw::controller::requests
