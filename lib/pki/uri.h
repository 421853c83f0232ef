// Which URIs a certificate may carry: those that Go's net/url.Parse and crypto/x509 take. Private to lib/pki.
// Pure.
#pragma once

#include <string_view>

#include "lib/base/result.h"

namespace cw::pki {

// Invalid, saying what is wrong.
Status check_uri(std::string_view text);

}  // namespace cw::pki
