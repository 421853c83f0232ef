// Encryption and authentication under a password, as PKCS#12 wants them: the algorithm's DER beside the bytes
// that it gives. Private to lib/pki. Errors: Unavailable, this OpenSSL lacks an algorithm.
// Source: RFC 7292 appendices B and C, RFC 8018 (PBES2), RFC 9579 (PBMAC1).
#pragma once

#include <string>
#include <string_view>

#include "lib/base/result.h"
#include "lib/pki/keystore.h"

namespace cw::pki {

struct Encrypted {
  std::string algorithm;  // AlgorithmIdentifier
  std::string bytes;
};

enum class Encrypts : unsigned char { Certificates, Keys };
Result<Encrypted> encrypt_with_password(std::string_view plain, std::string_view password, Pkcs12Profile,
                                        Encrypts);

// MacData over the bytes.
Result<std::string> mac_with_password(std::string_view bytes, std::string_view password, Pkcs12Profile);

}  // namespace cw::pki
