// Public keys as JSON Web Keys (RFC 7517, 7518 §6, 8037 §2) and their thumbprints (RFC 7638). Pure. Errors:
// Invalid for a curve that JOSE does not have (P-224) and for compressed points.
#pragma once

#include <string>

#include "lib/base/result.h"
#include "lib/pki/public_key.h"

namespace cw::pki {

// JSON with the required members only, in the order and without the blanks that RFC 7638 §3 hashes.
Result<std::string> encode_jwk(const PublicKey&);
// base64url(SHA-256(encode_jwk)).
Result<std::string> jwk_thumbprint(const PublicKey&);

}  // namespace cw::pki
