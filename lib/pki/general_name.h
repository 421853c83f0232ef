// One name of the subject alternative names (RFC 5280 §4.2.1.6, GeneralName) as Go and cert-manager take it.
// Private to lib/pki. Pure.
#pragma once

#include "lib/base/result.h"
#include "lib/pki/der.h"
#include "lib/pki/requested_names.h"

namespace cw::pki {

// As crypto/x509 does, which keeps four kinds and passes over the rest. Invalid: one of the four that is
// malformed.
Status take_common_name(const der::Element&, RequestedNames& into);
// As cert-manager does for the rest. Invalid: a name that it cannot decode.
Status take_rare_name(const der::Element&, RequestedNames& into);
// RDNSequence without its own tag and length. Invalid: a value that Go's encoding/asn1 refuses.
Result<std::vector<RequestedValue>> read_distinguished_name(std::string_view content);

}  // namespace cw::pki
