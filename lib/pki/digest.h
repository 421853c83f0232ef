// Message digests as bytes. Pure; thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace cw::pki {

std::string sha256(std::string_view bytes);
// RFC 2104 with SHA-256: 32 bytes.
std::string hmac_sha256(std::string_view key, std::string_view bytes);
enum class HmacHash : std::uint8_t { Md5, Sha1, Sha224, Sha256, Sha384, Sha512 };
// RFC 2104. Invalid: this machine's OpenSSL does not have that hash (MD5 under FIPS).
Result<std::string> hmac(HmacHash, std::string_view key, std::string_view bytes);
// Only where a format of others asks for it; proves nothing.
std::string sha1(std::string_view bytes);

}  // namespace cw::pki
