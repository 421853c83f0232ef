// The loop breaker: a Certificate that is issued anew over and over, although nobody changed its spec, is
// being fought over: something writes or deletes its Secret, or its issuer gives what is due for renewal at
// once. After Settings::max_reissues_per_hour it is held back until an hour has passed since the first of
// them, its spec is changed, or someone renews it by hand. The field has no such thing
// (docs/differences.md). Pure.
#pragma once

#include <optional>
#include <string>

#include "controller/certificates/view.h"
#include "lib/base/clock.h"

namespace cw::controller::certificates {

struct Loop {
  TimePoint until;
  std::string message = {};  // who fights, as far as it can be told; for people
};

// `due`: why an issuance would be started now. Renewals on dates that lay ahead are no fight, however many.
std::optional<Loop> find_loop(const View&, const Finding& due, TimePoint now);

// Is the certificate, just stored, to be renewed right away? Renewals that follow are counted.
bool is_due_at_once(std::optional<TimePoint> renewal, TimePoint now);

// Puts the loop into the Issuing condition; false: it says so already, and stays as it is.
bool mark_loop(api::CertificateStatus&, const Loop&, std::int64_t generation, TimePoint now);
bool is_marked_as_loop(const api::CertificateStatus&);
// It is over: takes back what mark_loop said.
void unmark_loop(api::CertificateStatus&);

}  // namespace cw::controller::certificates
