// The signatures of JSON Web Signatures (RFC 7515, 7518): ES256, ES384, ES512, RS256, EdDSA. The key decides
// the algorithm; what a header claims is compared with that and never believed. Knows no JSON: headers and
// payloads are text. Pure but for the randomness of ECDSA; thread-safe. Errors: Invalid.
#pragma once

#include <string>
#include <string_view>

#include "lib/base/result.h"
#include "lib/pki/private_key.h"

namespace cw::pki {

// "ES256". Invalid for a key that has no algorithm there (P-224).
Result<std::string_view> jws_algorithm(const PublicKey&);
// The signature's bytes as JWS has them (RFC 7518 §3.4: r and s side by side).
Result<std::string> jws_signature(const PrivateKey&, std::string_view signing_input);
// Invalid: it is not that key's signature of that text, with that key's algorithm.
Status verify_jws_signature(const PublicKey&, std::string_view signing_input, std::string_view signature);

// "header.payload", each as base64url: what is signed.
std::string jws_signing_input(std::string_view header, std::string_view payload);

// The compact form (RFC 7515 §7.1), which JSON Web Tokens have.
struct CompactJws {
  std::string header;              // JSON text
  std::string payload;             // bytes
  std::string signature;           // bytes
  std::string_view signing_input;  // in the text that was taken apart
};
Result<std::string> sign_compact_jws(const PrivateKey&, std::string_view header, std::string_view payload);
// Takes it apart; verifies nothing.
Result<CompactJws> parse_compact_jws(std::string_view text);

}  // namespace cw::pki
