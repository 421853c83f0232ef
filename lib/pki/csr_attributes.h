// The attributes of a certificate request (RFC 2986 §4.1). Private to lib/pki.
#pragma once

#include <string>
#include <string_view>

#include "lib/base/result.h"
#include "lib/pki/csr.h"

namespace cw::pki {

inline constexpr std::string_view kExtensionRequestOid = "1.2.840.113549.1.9.14";

// The whole element: what of the template is asked for by extensions. Invalid: a name, OID or range that
// cannot be encoded.
Result<std::string> encode_attributes(const CsrTemplate&);

}  // namespace cw::pki
