// Owning handles for OpenSSL objects. Private to lib/pki: no <openssl/*> leaves this folder.
#pragma once

#include <memory>
#include <string_view>

#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include "lib/base/result.h"

namespace cw::pki {

template <auto Free>
struct FreeWith {
  template <typename T>
  void operator()(T* object) const noexcept {
    Free(object);
  }
};

using PkeyHandle = std::unique_ptr<EVP_PKEY, FreeWith<EVP_PKEY_free>>;
using PkeyContext = std::unique_ptr<EVP_PKEY_CTX, FreeWith<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, FreeWith<EVP_MD_CTX_free>>;

// Drains the thread's OpenSSL error queue into one Error.
Error openssl_error(Code code, std::string_view what);

// Wraps a pointer-returning call; null becomes an Error.
template <typename Handle>
Result<Handle> own(typename Handle::pointer raw, Code code, std::string_view what) {
  if (raw == nullptr) return openssl_error(code, what);
  return Handle(raw);
}

// Turns a 1-on-success call into a Status.
inline Status check(int rc, Code code, std::string_view what) {
  if (rc != 1) return openssl_error(code, what);
  return Done{};
}

}  // namespace cw::pki
