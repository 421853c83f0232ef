// Which URIs a certificate may carry: those that Go's net/url.Parse and crypto/x509 take. Private to lib/pki.
// Pure.
#pragma once

#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace cw::pki {

// Invalid, saying what is wrong.
Status check_uri(std::string_view text);

// Of a URI that check_uri() takes, as Go's URL.String writes it: scheme in lower case, escapes as they should
// be, no empty fragment.
std::string text_of_uri(std::string_view uri);

}  // namespace cw::pki
