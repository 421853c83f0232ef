// Whether a CA's name constraints (RFC 5280 §4.2.1.10) let a name pass. As Go's crypto/x509 judges, which is
// what most clients in a cluster do: where RFC 5280 is stricter (a mailbox or URI host below a constraint
// without a leading dot), the name passes. Pure; thread-safe.
#pragma once

#include <cstdint>
#include <string_view>

#include "lib/pki/extensions.h"
#include "lib/pki/ip_address.h"

namespace cw::pki {

enum class ConstraintAnswer : std::uint8_t { Passes, NotPermitted, Excluded };

ConstraintAnswer match_dns_name(const NameConstraints&, std::string_view name);
ConstraintAnswer match_ip_address(const NameConstraints&, const IpAddress&);
ConstraintAnswer match_email_address(const NameConstraints&, std::string_view address);
// A URI without a host name is NotPermitted as soon as there is any constraint on URIs.
ConstraintAnswer match_uri(const NameConstraints&, std::string_view uri);

}  // namespace cw::pki
