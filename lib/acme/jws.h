// JSON Web Signatures in the flattened form that ACME uses (RFC 7515 §7.2.2, RFC 8555 §6.2): ES256, ES384,
// ES512, RS256, EdDSA, by the key. Pure but for the randomness of ECDSA. Errors: Invalid for a key that has
// no algorithm there.
#pragma once

#include <string>
#include <string_view>

#include "lib/acme/messages.h"
#include "lib/base/result.h"
#include "lib/pki/private_key.h"

namespace cw::acme {

struct JwsHeader {
  std::string url;
  std::string nonce = {};  // empty: none, as in an inner JWS
  std::string kid = {};    // empty: the public key itself ("jwk")
};

// `payload`: JSON text, or empty for POST-as-GET (RFC 8555 §6.3).
Result<std::string> sign_jws(const pki::PrivateKey&, const JwsHeader&, std::string_view payload);

// RFC 8555 §7.3.4: the account key, signed with HS256 and the key that the CA handed out.
Result<std::string> bind_external_account(const ExternalAccount&, const pki::PublicKey& account_key,
                                          const std::string& new_account_url);

// RFC 8555 §7.3.5: the payload of keyChange, signed with the new key.
Result<std::string> sign_key_change(const pki::PrivateKey& new_key, const pki::PublicKey& old_key,
                                    const std::string& account_url, const std::string& key_change_url);

// As a JSON string, quotes included.
std::string json_quoted(std::string_view text);

}  // namespace cw::acme
