// How a CA's key pair fares: may it sign, does it still, how long, and what to know about it. Pure. The field
// asks for CA:TRUE only; here a problem is what makes every certificate that it signs fail wherever it is
// verified (docs/differences.md). Anything less is a caveat.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "controller/issuers/ca_key_pair.h"
#include "lib/base/clock.h"
#include "lib/kube/metadata.h"

namespace cw::controller::issuers {

// May a certificate end after the CA that signed it? Only where somebody has asked for that.
enum class Outliving : std::uint8_t { Refused, Allowed };
Outliving may_outlive_ca(const kube::ObjectMeta&);

struct CaHealth {
  std::string problem = {};                  // empty: none
  std::vector<std::string> caveats = {};     // worth knowing, in the way of nothing
  std::optional<TimePoint> look_again = {};  // when time alone changes the answer
};
CaHealth ca_health(const CaKeyPair&, Outliving, TimePoint now);

// Why the CA cannot sign at that time; empty: it can.
std::string validity_problem(const pki::Certificate& ca, Outliving, TimePoint now);

}  // namespace cw::controller::issuers
