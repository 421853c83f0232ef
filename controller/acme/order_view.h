// What is known of an Order in one pass. Data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "controller/acme/pace.h"
#include "controller/acme/setback.h"
#include "lib/api/acme_issuer.h"
#include "lib/api/challenge.h"
#include "lib/api/order.h"
#include "lib/watch/object_cache.h"

namespace cw::controller::acme {

using OrderCache = watch::ObjectCache<api::Order>;
using ChallengeCache = watch::ObjectCache<api::Challenge>;
using ChallengePointer = ChallengeCache::Pointer;

// Beside what is stored.
struct OrderMemory {
  // The server has the CSR, or is about to see that all is authorized: it is looked at, and sent nothing.
  bool is_with_server = false;
  Looks looks = {};
  std::string certificate_url = {};
  SteadyTime quiet_until = SteadyTime::min();  // after an error
};

// Whether challenges of http01 solvers are answered by TLS-ALPN-01 where the server offers it.
enum class TlsAlpn01 : std::uint8_t { Never, IfAnnotated, Always };

struct OrderView {
  const api::Order& order;  // metadata and spec; its status is that of the beginning
  const api::AcmeIssuer& issuer;
  api::OrderStatus status;                   // with what this pass has learnt
  std::vector<ChallengePointer> challenges;  // controlled by it
  OrderMemory memory = {};
  std::optional<wire::Failure> refusal = {};  // of finalize, in this pass
  SteadyTime now = {};
  TlsAlpn01 tls_alpn01 = TlsAlpn01::Never;
};

}  // namespace cw::controller::acme
