// The signature algorithms that this program signs with, and which one goes with which key.
// Verifying accepts more (SHA-1, RSA-PSS): see signature.h. Pure; thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "lib/base/result.h"
#include "lib/pki/public_key.h"

namespace cw::pki {

enum class SignatureAlgorithm : std::uint8_t {
  Sha256WithRsa,
  Sha384WithRsa,
  Sha512WithRsa,
  EcdsaWithSha256,
  EcdsaWithSha384,
  EcdsaWithSha512,
  PureEd25519,
};

// By the name that spec.signatureAlgorithm uses ("SHA256WithRSA"); nullopt if unknown.
std::optional<SignatureAlgorithm> find_signature_algorithm(std::string_view name);
std::string_view name_of(SignatureAlgorithm);
bool fits(SignatureAlgorithm, KeyAlgorithm);

// RSA >= 4096 bits SHA-512, >= 3072 SHA-384, >= 2048 SHA-256, smaller is Invalid; P-256, P-384, P-521 take
// SHA-256, SHA-384, SHA-512; Ed25519 itself. cert-manager pkg/util/pki/csr.go SignatureAlgorithm.
Result<SignatureAlgorithm> signature_algorithm_for(KeyAlgorithm, int size_in_bits);

}  // namespace cw::pki
