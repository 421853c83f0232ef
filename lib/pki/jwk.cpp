#include "lib/pki/jwk.h"

#include <string_view>

#include "lib/base/encoding.h"
#include "lib/pki/der.h"
#include "lib/pki/digest.h"

namespace cw::pki {
namespace {

Error unsupported(std::string_view what) {
  return {Code::Invalid, "no JSON Web Key for " + std::string(what)};
}

// Base64urlUInt (RFC 7518 §2): the magnitude without leading zeros.
std::string encode_magnitude(std::string_view integer) {
  integer.remove_prefix(integer.find_first_not_of('\0'));
  return encode_base64url(integer);
}

Result<std::string> encode_rsa(std::string_view key_bits) {
  der::Reader outer(key_bits);
  der::Reader numbers = TRY(outer.enter(der::kSequence, "RSA public key"));
  const std::string_view modulus = TRY(numbers.content(der::kInteger, "modulus"));
  const std::string_view exponent = TRY(numbers.content(der::kInteger, "exponent"));
  return R"({"e":")" + encode_magnitude(exponent) + R"(","kty":"RSA","n":")" + encode_magnitude(modulus) +
         R"("})";
}

Result<std::string> encode_ecdsa(std::string_view point, int size) {
  if (size != 256 && size != 384 && size != 521) {
    return unsupported("an ECDSA key of " + std::to_string(size) + " bits");
  }
  constexpr char kUncompressed = '\x04';
  const std::size_t bytes = static_cast<std::size_t>(size + 7) / 8;
  if (point.size() != 1 + 2 * bytes || point.front() != kUncompressed)
    return unsupported("a compressed point");
  return R"({"crv":"P-)" + std::to_string(size) + R"(","kty":"EC","x":")" +
         encode_base64url(point.substr(1, bytes)) + R"(","y":")" + encode_base64url(point.substr(1 + bytes)) +
         R"("})";
}

}  // namespace

Result<std::string> encode_jwk(const PublicKey& key) {
  switch (key.algorithm()) {
    case KeyAlgorithm::Rsa:
      return encode_rsa(key.key_bits());
    case KeyAlgorithm::Ecdsa:
      return encode_ecdsa(key.key_bits(), key.size());
    case KeyAlgorithm::Ed25519:
      return R"({"crv":"Ed25519","kty":"OKP","x":")" + encode_base64url(key.key_bits()) + R"("})";
  }
  return unsupported("this kind of key");
}

Result<std::string> jwk_thumbprint(const PublicKey& key) {
  return encode_base64url(sha256(TRY(encode_jwk(key))));
}

}  // namespace cw::pki
