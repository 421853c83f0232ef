// PublicKey: an immutable public key with the SubjectPublicKeyInfo bytes that it came from. RSA, ECDSA (NIST
// curves) and Ed25519; anything else does not become a PublicKey. Cheap to copy; thread-safe to read.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace cw::pki {

enum class KeyAlgorithm : std::uint8_t { Rsa, Ecdsa, Ed25519 };
// "RSA", "ECDSA", "Ed25519": the names of spec.privateKey.algorithm.
std::string_view name_of(KeyAlgorithm);

class PublicKey {
 public:
  // Invalid: not DER, trailing bytes, a broken key. NotFound: a well-formed key of another algorithm.
  static Result<PublicKey> parse_spki(std::string_view der);

  KeyAlgorithm algorithm() const;
  int size() const;  // bits: RSA modulus, curve field (256, 384, 521); 256 for Ed25519
  const std::string& spki_der() const;
  // The content of the subjectPublicKey bit string, which key identifiers are hashed from.
  std::string_view key_bits() const;
  // Same key, whatever the encoding was.
  bool operator==(const PublicKey&) const;

  struct Impl;
  const Impl& impl() const { return *impl_; }
  explicit PublicKey(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

 private:
  std::shared_ptr<const Impl> impl_;
};

}  // namespace cw::pki
