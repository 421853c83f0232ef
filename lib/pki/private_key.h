// PrivateKey: an immutable private key. Its bytes leave only as SecretBytes; it cannot be printed.
// Cheap to copy (shares one key); thread-safe to read and sign with.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "lib/base/result.h"
#include "lib/base/secret.h"
#include "lib/pki/pem.h"
#include "lib/pki/public_key.h"
#include "lib/pki/signature_algorithm.h"

namespace cw::pki {

struct KeySpec {
  KeyAlgorithm algorithm = KeyAlgorithm::Rsa;
  int size = 0;  // bits; 0 = the default of the algorithm: RSA 2048, ECDSA 256. Ed25519 ignores it
  bool operator==(const KeySpec&) const = default;
};

// spec.privateKey.encoding. An Ed25519 key is always PKCS#8.
enum class KeyEncoding : std::uint8_t { Pkcs1, Pkcs8 };

class PrivateKey {
 public:
  // Invalid: RSA outside 2048…8192, ECDSA not 256, 384, 521. RSA takes up to seconds.
  static Result<PrivateKey> generate(const KeySpec&);
  // A key whose signatures nobody is to trust (lint.h): small and quick, fit for every signature algorithm of
  // its kind.
  static Result<PrivateKey> generate_throw_away(KeyAlgorithm);
  // First PEM block only: PRIVATE KEY, EC PRIVATE KEY, RSA PRIVATE KEY, without encryption. Invalid
  // otherwise; an RSA key whose numbers do not fit together is Invalid too.
  static Result<PrivateKey> parse_pem(std::string_view pem, const PemLimits& limits = {});

  KeyAlgorithm algorithm() const { return public_key().algorithm(); }
  int size() const { return public_key().size(); }
  const PublicKey& public_key() const;

  // Pkcs1: "RSA PRIVATE KEY" or "EC PRIVATE KEY"; Pkcs8: "PRIVATE KEY".
  Result<SecretBytes> to_pem(KeyEncoding) const;
  // What is inside that PEM block.
  Result<SecretBytes> to_der(KeyEncoding) const;

  // Signs the bytes (not a digest of them). Invalid if the algorithm does not fit the key.
  Result<std::string> sign(SignatureAlgorithm, std::string_view bytes) const;

  struct Impl;

 private:
  explicit PrivateKey(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;
};

// Where keys come from. Injected, so that tests hand out the same few keys. Implementations are thread-safe.
class KeyMaker {
 public:
  KeyMaker() = default;
  KeyMaker(const KeyMaker&) = delete;
  KeyMaker& operator=(const KeyMaker&) = delete;
  virtual ~KeyMaker() = default;
  virtual Result<PrivateKey> make_key(const KeySpec&) = 0;
};

class SystemKeyMaker final : public KeyMaker {
 public:
  Result<PrivateKey> make_key(const KeySpec& spec) override { return PrivateKey::generate(spec); }
};

}  // namespace cw::pki
