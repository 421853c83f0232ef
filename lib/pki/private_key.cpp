#include "lib/pki/private_key.h"

#include <array>

#include <openssl/ec.h>
#include <openssl/rsa.h>

#include "lib/pki/der_string.h"
#include "lib/pki/key_impl.h"
#include "lib/pki/key_parts.h"
#include "lib/pki/private_key_der.h"
#include "lib/pki/private_key_write.h"

namespace cw::pki {
namespace {

constexpr int kMinRsaBits = 2048;
constexpr int kMaxRsaBits = 8192;
constexpr unsigned kThrowAwayRsaBits = 1024;

// What may stand in a PEM block, by its type.
struct Form {
  std::string_view pem_type;
  KeyContainer container;
};
constexpr std::array<Form, 3> kForms{{{"PRIVATE KEY", KeyContainer::Pkcs8},
                                      {"EC PRIVATE KEY", KeyContainer::Sec1},
                                      {"RSA PRIVATE KEY", KeyContainer::Pkcs1}}};

Result<const char*> curve_name(int size) {
  switch (size) {
    case 0:
    case 256:
      return "P-256";
    case 384:
      return "P-384";
    case 521:
      return "P-521";
    default:
      return Error{Code::Invalid, "ECDSA key size must be 256, 384 or 521, not " + std::to_string(size)};
  }
}

Result<PkeyHandle> generate_rsa(int size) {
  const int bits = size == 0 ? kMinRsaBits : size;
  if (bits < kMinRsaBits || bits > kMaxRsaBits) {
    return Error{Code::Invalid, "RSA key size must be from 2048 to 8192, not " + std::to_string(bits)};
  }
  return own<PkeyHandle>(EVP_RSA_gen(static_cast<unsigned>(bits)), Code::Internal, "RSA key generation");
}

Result<PkeyHandle> generate_ecdsa(int size) {
  const char* const curve = TRY(curve_name(size));
  return own<PkeyHandle>(EVP_EC_gen(curve), Code::Internal, "ECDSA key generation");
}

Result<PkeyHandle> generate_any(const KeySpec& spec) {
  ERR_clear_error();
  switch (spec.algorithm) {
    case KeyAlgorithm::Rsa:
      return generate_rsa(spec.size);
    case KeyAlgorithm::Ecdsa:
      return generate_ecdsa(spec.size);
    case KeyAlgorithm::Ed25519:
      break;
  }
  return own<PkeyHandle>(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), Code::Internal,
                         "Ed25519 key generation");
}

Result<PublicKey> public_half(EVP_PKEY* key) { return PublicKey::parse_spki(TRY(encode_spki(key))); }

const Form& form_of(KeyAlgorithm algorithm, KeyEncoding encoding) {
  if (encoding == KeyEncoding::Pkcs8 || algorithm == KeyAlgorithm::Ed25519) return kForms[0];
  return algorithm == KeyAlgorithm::Ecdsa ? kForms[1] : kForms[2];
}

const char* digest_name(SignatureAlgorithm algorithm) {
  switch (algorithm) {
    case SignatureAlgorithm::Sha256WithRsa:
    case SignatureAlgorithm::EcdsaWithSha256:
      return "SHA256";
    case SignatureAlgorithm::Sha384WithRsa:
    case SignatureAlgorithm::EcdsaWithSha384:
      return "SHA384";
    case SignatureAlgorithm::Sha512WithRsa:
    case SignatureAlgorithm::EcdsaWithSha512:
      return "SHA512";
    case SignatureAlgorithm::PureEd25519:
      break;
  }
  return nullptr;  // Ed25519 hashes by itself
}

}  // namespace

Result<PrivateKey> PrivateKey::generate(const KeySpec& spec) {
  PkeyHandle key = TRY(generate_any(spec));
  PublicKey half = TRY(public_half(key.get()));
  return PrivateKey(std::make_shared<const Impl>(Impl{std::move(key), std::move(half)}));
}

Result<PrivateKey> PrivateKey::generate_throw_away(KeyAlgorithm algorithm) {
  if (algorithm != KeyAlgorithm::Rsa) return generate({algorithm, 0});
  ERR_clear_error();
  PkeyHandle key = TRY(own<PkeyHandle>(EVP_RSA_gen(kThrowAwayRsaBits), Code::Internal, "RSA key generation"));
  PublicKey half = TRY(public_half(key.get()));
  return PrivateKey(std::make_shared<const Impl>(Impl{std::move(key), std::move(half)}));
}

Result<PrivateKey> PrivateKey::parse_pem(std::string_view pem, const PemLimits& limits) {
  TRY(check_pem_size(pem, limits.private_key, "private key"));
  auto block = PemReader(pem).next();
  if (!block) return Error{Code::Invalid, "no PEM block found in the private key"};
  const SecretBytes der(std::move(block->bytes));
  for (const Form& form : kForms) {
    if (form.pem_type != block->type) continue;
    PkeyHandle key = TRY(parse_private_key_der(form.container, der.reveal()));
    PublicKey half = TRY(public_half(key.get()));
    return PrivateKey(std::make_shared<const Impl>(Impl{std::move(key), std::move(half)}));
  }
  return Error{Code::Invalid, "PEM block " + der::shown(block->type) + " is not a private key"};
}

const PublicKey& PrivateKey::public_key() const { return impl_->public_key; }

Result<SecretBytes> PrivateKey::to_der(KeyEncoding encoding) const {
  return encode_private_key_der(impl_->key.get(), impl_->public_key,
                                form_of(algorithm(), encoding).container);
}

Result<SecretBytes> PrivateKey::to_pem(KeyEncoding encoding) const {
  const SecretBytes der = TRY(to_der(encoding));
  return SecretBytes(encode_pem(form_of(algorithm(), encoding).pem_type, der.reveal()));
}

Result<std::string> PrivateKey::sign(SignatureAlgorithm how, std::string_view bytes) const {
  if (!fits(how, algorithm())) {
    return Error{Code::Invalid, "signature algorithm " + std::string(name_of(how)) +
                                    " does not fit a key of " + std::string(name_of(algorithm()))};
  }
  ERR_clear_error();
  const DigestContext context =
      TRY(own<DigestContext>(EVP_MD_CTX_new(), Code::Internal, "no memory to sign"));
  TRY(check(EVP_DigestSignInit_ex(context.get(), nullptr, digest_name(how), nullptr, nullptr,
                                  impl_->key.get(), nullptr),
            Code::Internal, "signing"));
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  std::size_t size = 0;
  TRY(check(EVP_DigestSign(context.get(), nullptr, &size, data, bytes.size()), Code::Internal, "signing"));
  std::string signature(size, '\0');
  auto* out = reinterpret_cast<unsigned char*>(signature.data());
  TRY(check(EVP_DigestSign(context.get(), out, &size, data, bytes.size()), Code::Internal, "signing"));
  signature.resize(size);
  return signature;
}

}  // namespace cw::pki
