// Signatures as they stand in certificates and requests: AlgorithmIdentifier and bits. Private to lib/pki.
// Verifying knows more algorithms than signing: SHA-1 (if allowed) and RSA-PSS. Pure; thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "lib/base/result.h"
#include "lib/pki/private_key.h"

namespace cw::pki {

// Go accepts SHA-1 on requests, not on certificates.
enum class Sha1 : std::uint8_t { Refuse, Accept };

struct Signature {
  std::string algorithm;  // the whole AlgorithmIdentifier element
  std::string bits;
};

// Invalid: not an AlgorithmIdentifier. The algorithm itself may be unknown: that is found when verifying.
Status check_algorithm_identifier(std::string_view element);

// Invalid: unknown, MD5 or refused SHA-1 algorithm; one that is not of the key's kind; RSA key below 1024
// bits; wrong signature.
Status verify_signature(const Signature&, std::string_view signed_bytes, const PublicKey&, Sha1);

// The AlgorithmIdentifier element that goes with it.
std::string algorithm_identifier(SignatureAlgorithm);

// SEQUENCE { to_be_signed, algorithm, signature }: how certificates and requests end. `to_be_signed` must
// hold algorithm_identifier(algorithm) where its type demands it.
Result<std::string> sign_whole(std::string_view to_be_signed, const PrivateKey&, SignatureAlgorithm);

}  // namespace cw::pki
