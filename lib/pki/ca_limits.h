// What a CA certificate allows its CA to sign: its path length (RFC 5280 §4.2.1.9) and its name constraints
// (§4.2.1.10). What is signed beyond them verifies nowhere. Pure; thread-safe.
#pragma once

#include "lib/base/result.h"
#include "lib/pki/certificate.h"

namespace cw::pki {

// Invalid: `issued` lies outside; the text names the name and the constraint. Constraints of a kind that this
// program cannot read (directory names) are left to the verifier.
Status check_ca_limits(const Certificate& issuer, const Certificate& issued);

}  // namespace cw::pki
