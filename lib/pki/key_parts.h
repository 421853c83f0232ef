// What reading public and private keys have in common. Private to lib/pki. Keys are built straight from their
// numbers: OpenSSL's own decoders cost 80 µs a public key and 400 µs a private one.
#pragma once

#include <string>
#include <string_view>

#include <openssl/params.h>

#include "lib/base/secret.h"
#include "lib/pki/der.h"
#include "lib/pki/openssl_handle.h"

namespace cw::pki {

inline constexpr std::string_view kRsaOid = "1.2.840.113549.1.1.1";
inline constexpr std::string_view kEcdsaOid = "1.2.840.10045.2.1";
inline constexpr std::string_view kEd25519Oid = "1.3.101.112";

// The curves that Go's crypto/x509 knows.
struct Curve {
  std::string_view oid;
  int size;          // bits of the field
  const char* name;  // OpenSSL's
  int nid;           // OpenSSL's
  std::size_t bytes() const { return static_cast<std::size_t>(size + 7) / 8; }
};
// Invalid: none of them.
Result<Curve> find_curve(std::string_view oid);

// The content of an INTEGER that is neither negative nor zero, as Go demands of a key's numbers.
Result<std::string_view> positive_number(der::Reader&, std::string_view what);

// A number as OSSL_PARAM wants it. Must outlive the parameter.
class ParameterNumber {
 public:
  explicit ParameterNumber(std::string_view big_endian);
  OSSL_PARAM as(const char* name);

 private:
  SecretBytes bytes_;  // in the machine's order
  std::size_t size_;
};

enum class KeyHalf : unsigned char { Public, Both };
// Invalid: the parameters make no key.
Result<PkeyHandle> build_key(const char* type, KeyHalf, OSSL_PARAM* parameters);

// SubjectPublicKeyInfo of a key. Invalid: not RSA, Ed25519 or one of the curves.
Result<std::string> encode_spki(EVP_PKEY*);

}  // namespace cw::pki
