// When the certificate in the target Secret is to be renewed. Pure.
#pragma once

#include <optional>

#include "controller/certificates/view.h"
#include "lib/base/clock.h"
#include "lib/issuance/renewal.h"

namespace cw::controller::certificates {

// Nothing if there is no certificate that can be read.
issuance::RenewalTime renewal_of(const View&);

// spec.renewal.policy is Disabled.
bool never_renews(const View&);

// Check 9 of the trigger (reference/controllers.md 1.2). Reason WindowError: due, but no renewal window fits.
std::optional<Finding> renewal_due(const View&, TimePoint now);

}  // namespace cw::controller::certificates
