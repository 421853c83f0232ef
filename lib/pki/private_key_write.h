// Private keys to DER, written by hand where that is short: OpenSSL's encoders cost 90 µs a key. Private to
// lib/pki. Source: RFC 5915 §3, RFC 5958 §2, RFC 8410 §7.
#pragma once

#include "lib/base/result.h"
#include "lib/base/secret.h"
#include "lib/pki/openssl_handle.h"
#include "lib/pki/private_key_der.h"
#include "lib/pki/public_key.h"

namespace cw::pki {

// `half` is the public half of the key. Internal: the key cannot be read.
Result<SecretBytes> encode_private_key_der(EVP_PKEY*, const PublicKey& half, KeyContainer);

}  // namespace cw::pki
