// KeyPair: a parsed certificate chain with its private key, and the shared state behind TlsIdentity.
// Immutable once made. Only lib/http includes this.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include "lib/base/result.h"
#include "lib/http/openssl_handles.h"
#include "lib/http/tls_identity.h"

namespace cw::http {

struct KeyPair {
  std::vector<X509Handle> chain;  // leaf first, at least one
  KeyHandle key;
};

// At least one certificate, in the order of the text. Invalid if one does not parse or there are too many.
Result<std::vector<X509Handle>> parse_certificates(std::string_view pem);
// Invalid unless both parse and the key is the leaf's.
Result<std::shared_ptr<const KeyPair>> parse_key_pair(std::string_view chain_pem, std::string_view key_pem);
// Makes the context show itself with the pair.
Status use_key_pair(SSL_CTX&, const KeyPair&);

struct TlsIdentity::Impl {
  mutable std::mutex mutex;
  std::shared_ptr<const KeyPair> pair;    // null until there is one
  std::atomic<std::uint64_t> version{0};  // counts successful replacements

  std::shared_ptr<const KeyPair> current() const {
    const std::lock_guard lock(mutex);
    return pair;
  }
};

}  // namespace cw::http
