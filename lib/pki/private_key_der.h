// Private keys from DER: PKCS#8 (RFC 5208, RFC 8410), SEC 1 (RFC 5915), PKCS#1 (RFC 8017 §A.1.2), each
// checked to be one key whose parts belong together. Private to lib/pki. Messages never quote the key.
#pragma once

#include <cstdint>
#include <string_view>

#include "lib/base/result.h"
#include "lib/pki/openssl_handle.h"

namespace cw::pki {

enum class KeyContainer : std::uint8_t { Pkcs8, Sec1, Pkcs1 };

// Invalid: malformed, encrypted, multi-prime, of an unknown algorithm or curve, inconsistent.
Result<PkeyHandle> parse_private_key_der(KeyContainer, std::string_view bytes);

}  // namespace cw::pki
