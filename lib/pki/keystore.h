// Keystores for Java and others: one private key with its chain, and the CAs to trust, under a password. Both
// forms have a keystore (key, chain, CAs) and a truststore (CAs only). Random salts: two calls give different
// bytes. Errors: Invalid (a password that is not UTF-8, no certificate), Unavailable (this OpenSSL cannot do
// an algorithm). Pure otherwise; thread-safe. Source: reference/controllers.md 1.9.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/base/secret.h"
#include "lib/pki/certificate.h"
#include "lib/pki/private_key.h"

namespace cw::pki {

// All must outlive the call.
struct KeystoreContent {
  const PrivateKey& key;
  const std::vector<Certificate>& chain;  // leaf first; not empty
  const std::vector<Certificate>& authorities;
};

// Java's own format, version 2. The alias is written in lower case, as Java looks for it. `now` is the date
// of each entry.
Result<SecretBytes> jks_keystore(const KeystoreContent&, std::string_view alias, std::string_view password,
                                 TimePoint now);
Result<SecretBytes> jks_truststore(const std::vector<Certificate>& authorities, std::string_view password,
                                   TimePoint now);

// RFC 7292; spec.keystores.pkcs12.profile.
enum class Pkcs12Profile : std::uint8_t {
  LegacyRc2,   // RC2-40 and 3DES; needs OpenSSL's legacy provider
  LegacyDes,   // 3DES
  Modern2023,  // AES-256, SHA-256
  Modern2026,  // likewise, and PBMAC1 (RFC 9579)
};
// Empty text: LegacyRc2. nullopt: no profile of that name.
std::optional<Pkcs12Profile> find_pkcs12_profile(std::string_view name);

Result<SecretBytes> pkcs12_keystore(const KeystoreContent&, std::string_view password, Pkcs12Profile);
Result<SecretBytes> pkcs12_truststore(const std::vector<Certificate>& authorities, std::string_view password,
                                      Pkcs12Profile);

}  // namespace cw::pki
