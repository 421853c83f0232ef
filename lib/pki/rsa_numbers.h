// Whether the numbers of an RSA private key fit together (RFC 8017 §3.2): n = p·q, e·d = 1 modulo p-1 and
// q-1, and the CRT values. Not whether the primes are prime: that costs tens of milliseconds a look, and Go
// does not look either. Private to lib/pki.
#pragma once

#include "lib/base/result.h"
#include "lib/pki/openssl_handle.h"

namespace cw::pki {

Status check_rsa_numbers(const EVP_PKEY*);

}  // namespace cw::pki
