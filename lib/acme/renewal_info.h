// Which certificate renewal information is asked for, and how often to ask (RFC 9773 §4.1, §4.3). Pure.
#pragma once

#include <chrono>
#include <string>

#include "lib/base/result.h"
#include "lib/pki/certificate.h"

namespace cw::acme {

// base64url(keyIdentifier of the AKI) "." base64url(serial number as DER has it). Invalid: no AKI.
Result<std::string> certificate_id(const pki::Certificate&);

// When to ask again: what the server said, kept between a minute and a day; six hours if it said nothing.
std::chrono::seconds renewal_info_interval(std::chrono::seconds retry_after);

}  // namespace cw::acme
