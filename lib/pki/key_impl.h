// What PublicKey and PrivateKey hold. Private to lib/pki.
#pragma once

#include <string>

#include "lib/pki/openssl_handle.h"
#include "lib/pki/private_key.h"
#include "lib/pki/public_key.h"

namespace cw::pki {

struct PublicKey::Impl {
  PkeyHandle key;
  KeyAlgorithm algorithm = KeyAlgorithm::Rsa;
  int size = 0;
  std::string spki;
  std::size_t key_bits_at = 0;  // where in spki the bits of the key begin
};

struct PrivateKey::Impl {
  PkeyHandle key;
  PublicKey public_key;
};

}  // namespace cw::pki
