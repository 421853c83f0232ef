#include "lib/pki/private_key_write.h"

#include <array>
#include <initializer_list>

#include <openssl/core_names.h>
#include <openssl/encoder.h>

#include "lib/pki/der.h"
#include "lib/pki/key_parts.h"

namespace cw::pki {
namespace {

using EncoderContext = std::unique_ptr<OSSL_ENCODER_CTX, FreeWith<OSSL_ENCODER_CTX_free>>;
using Number = std::unique_ptr<BIGNUM, FreeWith<BN_clear_free>>;

// No copy of the parts is left behind.
SecretBytes element(der::Tag tag, std::initializer_list<std::string_view> parts) {
  std::size_t size = 0;
  for (const auto part : parts) size += part.size();
  std::string content;
  content.reserve(size);
  for (const auto part : parts) content += part;
  const SecretBytes whole(std::move(content));
  return SecretBytes(der::element(tag, whole.reveal()));
}

Result<SecretBytes> scalar_of(EVP_PKEY* key, std::size_t size) {
  BIGNUM* raw = nullptr;
  TRY(check(EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &raw), Code::Internal, "ECDSA private key"));
  const Number number(raw);
  std::string bytes(size, '\0');
  const int written =
      BN_bn2binpad(number.get(), reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(size));
  SecretBytes scalar(std::move(bytes));
  TRY(check(written == static_cast<int>(size) ? 1 : 0, Code::Internal, "ECDSA private key"));
  return scalar;
}

enum class NamesCurve : bool { No, Yes };

// In a PKCS#8 container the curve stands outside.
Result<SecretBytes> sec1(EVP_PKEY* key, const PublicKey& half, std::string_view curve, NamesCurve names) {
  const SecretBytes scalar = TRY(scalar_of(key, static_cast<std::size_t>(half.size() + 7) / 8));
  const SecretBytes number = element(der::kOctetString, {scalar.reveal()});
  const std::string parameters =
      names == NamesCurve::Yes ? der::element(der::constructed(0), curve) : std::string();
  const std::string point = der::element(der::constructed(1), der::bit_string(half.key_bits()));
  return element(der::kSequence, {der::integer(1), number.reveal(), parameters, point});
}

Result<SecretBytes> ecdsa_der(EVP_PKEY* key, const PublicKey& half, KeyContainer container) {
  der::Reader spki(half.spki_der());
  der::Reader inside = TRY(spki.enter(der::kSequence, "public key"));
  const auto algorithm = TRY(inside.element(der::kSequence, "public key algorithm"));
  der::Reader names(algorithm.content);
  TRY(names.content(der::kOid, "public key algorithm"));
  const std::string curve = der::element(der::kOid, TRY(names.content(der::kOid, "curve")));
  if (container == KeyContainer::Sec1) return sec1(key, half, curve, NamesCurve::Yes);
  const SecretBytes inner = TRY(sec1(key, half, curve, NamesCurve::No));
  const SecretBytes octets = element(der::kOctetString, {inner.reveal()});
  return element(der::kSequence, {der::integer(0), der::sequence(algorithm.content), octets.reveal()});
}

Result<SecretBytes> ed25519_der(EVP_PKEY* key) {
  constexpr std::size_t kSize = 32;
  std::string bytes(kSize, '\0');
  std::size_t size = bytes.size();
  const int done = EVP_PKEY_get_raw_private_key(key, reinterpret_cast<unsigned char*>(bytes.data()), &size);
  const SecretBytes seed(std::move(bytes));
  TRY(check(done == 1 && size == kSize ? 1 : 0, Code::Internal, "Ed25519 private key"));
  const SecretBytes inner = element(der::kOctetString, {seed.reveal()});
  const SecretBytes octets = element(der::kOctetString, {inner.reveal()});
  const std::string algorithm = der::sequence(der::known_oid(kEd25519Oid));
  return element(der::kSequence, {der::integer(0), algorithm, octets.reveal()});
}

Result<SecretBytes> rsa_der(EVP_PKEY* key, KeyContainer container) {
  const char* const structure = container == KeyContainer::Pkcs8 ? "PrivateKeyInfo" : "type-specific";
  const EncoderContext context =
      TRY(own<EncoderContext>(OSSL_ENCODER_CTX_new_for_pkey(key, EVP_PKEY_KEYPAIR, "DER", structure, nullptr),
                              Code::Internal, "no memory to encode a private key"));
  unsigned char* raw = nullptr;
  std::size_t size = 0;
  TRY(check(OSSL_ENCODER_to_data(context.get(), &raw, &size), Code::Internal, "private key encoding"));
  SecretBytes der(std::string(reinterpret_cast<const char*>(raw), size));
  OPENSSL_clear_free(raw, size);
  return der;
}

}  // namespace

Result<SecretBytes> encode_private_key_der(EVP_PKEY* key, const PublicKey& half, KeyContainer container) {
  ERR_clear_error();
  switch (half.algorithm()) {
    case KeyAlgorithm::Rsa:
      return rsa_der(key, container);
    case KeyAlgorithm::Ecdsa:
      return ecdsa_der(key, half, container);
    case KeyAlgorithm::Ed25519:
      break;
  }
  return ed25519_der(key);
}

}  // namespace cw::pki
