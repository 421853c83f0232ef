// The certificate that proves control over a name in a TLS handshake (RFC 8737 §3; of addresses: RFC 8738
// §6). Draws a key from the KeyMaker; otherwise pure.
#pragma once

#include <string>
#include <string_view>

#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/pki/serving.h"

namespace cw::pki {

inline constexpr std::string_view kAcmeIdentifierOid = "1.3.6.1.5.5.7.1.31";

// Signed by itself; the name alone, or the address, and the SHA-256 of the key authorization in a critical
// acmeIdentifier. Invalid: a name that is not ASCII.
Result<KeyPair> make_tls_alpn_pair(std::string_view name, std::string_view key_authorization, KeyMaker&,
                                   TimePoint now);

// The server name with which the CA asks for it: the name itself, or "1.2.0.192.in-addr.arpa" for an address.
std::string tls_alpn_server_name(std::string_view name);

}  // namespace cw::pki
