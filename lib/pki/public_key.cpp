#include "lib/pki/public_key.h"

#include <array>
#include <map>
#include <mutex>
#include <optional>

#include <openssl/core_names.h>

#include "lib/pki/der.h"
#include "lib/pki/key_impl.h"
#include "lib/pki/key_parts.h"

namespace cw::pki {
namespace {

struct Spki {
  std::string algorithm;
  std::optional<der::Element> parameters;
  std::string_view key_bits;
};

Result<Spki> read_spki(std::string_view bytes) {
  der::Reader outer(bytes);
  der::Reader spki = TRY(outer.enter(der::kSequence, "public key"));
  TRY(outer.expect_end("public key"));
  der::Reader algorithm = TRY(spki.enter(der::kSequence, "public key algorithm"));
  Spki found;
  found.algorithm = TRY(der::decode_oid(TRY(algorithm.content(der::kOid, "public key algorithm"))));
  if (!algorithm.at_end()) found.parameters = TRY(algorithm.element("public key parameters"));
  TRY(algorithm.expect_end("public key parameters"));
  found.key_bits = TRY(der::decode_octets_in_bits(TRY(spki.content(der::kBitString, "public key bits"))));
  TRY(spki.expect_end("public key bits"));
  return found;
}

Result<Curve> curve_of(const Spki& spki) {
  if (!spki.parameters || spki.parameters->tag != der::kOid) {
    return Error{Code::Invalid, "ECDSA public key does not name its curve"};
  }
  return find_curve(TRY(der::decode_oid(spki.parameters->content)));
}

struct RsaNumbers {
  std::string_view modulus;
  std::string_view exponent;
};

// RFC 8017 §A.1.1: SEQUENCE { modulus, exponent }.
Result<RsaNumbers> read_rsa_numbers(std::string_view bits) {
  der::Reader key(TRY(der::whole_content(bits, der::kSequence, "RSA public key")));
  const std::string_view modulus = TRY(positive_number(key, "RSA modulus"));
  const std::string_view exponent = TRY(positive_number(key, "RSA exponent"));
  TRY(key.expect_end("RSA public key"));
  return RsaNumbers{modulus, exponent};
}

// RFC 3279 §2.3.1, RFC 5480 §2, RFC 8410 §3: what each algorithm demands of its parameters and bits.
Result<KeyAlgorithm> check_form(const Spki& spki) {
  if (spki.algorithm == kRsaOid) {
    if (!spki.parameters || spki.parameters->tag != der::kNull || !spki.parameters->content.empty()) {
      return Error{Code::Invalid, "RSA public key without NULL parameters"};
    }
    return KeyAlgorithm::Rsa;
  }
  if (spki.algorithm == kEcdsaOid) {
    const std::size_t bytes = TRY(curve_of(spki)).bytes();
    if (spki.key_bits.size() != 1 + 2 * bytes || spki.key_bits[0] != 4) {
      return Error{Code::Invalid, "ECDSA public key is not an uncompressed point of its curve"};
    }
    return KeyAlgorithm::Ecdsa;
  }
  if (spki.algorithm != kEd25519Oid) {
    return Error{Code::NotFound, "unknown public key algorithm " + spki.algorithm};
  }
  if (spki.parameters || spki.key_bits.size() != 32) {
    return Error{Code::Invalid, "malformed Ed25519 public key"};
  }
  return KeyAlgorithm::Ed25519;
}

Result<PkeyHandle> rsa_key(const Spki& spki) {
  const RsaNumbers numbers = TRY(read_rsa_numbers(spki.key_bits));
  ParameterNumber modulus(numbers.modulus);
  ParameterNumber exponent(numbers.exponent);
  std::array<OSSL_PARAM, 3> parameters{modulus.as(OSSL_PKEY_PARAM_RSA_N), exponent.as(OSSL_PKEY_PARAM_RSA_E),
                                       OSSL_PARAM_construct_end()};
  return build_key("RSA", KeyHalf::Public, parameters.data());
}

// OpenSSL checks that the point is on the curve.
Result<PkeyHandle> ecdsa_key(const Spki& spki) {
  std::string name(TRY(curve_of(spki)).name);
  std::string point(spki.key_bits);
  std::array<OSSL_PARAM, 3> parameters{
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, name.data(), name.size()),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()),
      OSSL_PARAM_construct_end()};
  return build_key("EC", KeyHalf::Public, parameters.data());
}

Result<PkeyHandle> make_key(KeyAlgorithm algorithm, const Spki& spki) {
  ERR_clear_error();
  switch (algorithm) {
    case KeyAlgorithm::Rsa:
      return rsa_key(spki);
    case KeyAlgorithm::Ecdsa:
      return ecdsa_key(spki);
    case KeyAlgorithm::Ed25519:
      break;
  }
  const auto* const bits = reinterpret_cast<const unsigned char*>(spki.key_bits.data());
  return own<PkeyHandle>(
      EVP_PKEY_new_raw_public_key_ex(nullptr, "ED25519", nullptr, bits, spki.key_bits.size()), Code::Invalid,
      "broken public key");
}

// The keys that were parsed last. A key comes by many times on its way from a request to a stored
// certificate, a CA's key with each of them, and building one costs 30 µs. Thread-safe.
template <typename Impl>
class RecentKeys {
 public:
  std::shared_ptr<const Impl> find(std::string_view spki) const {
    const std::scoped_lock lock(mutex_);
    const auto found = keys_.find(spki);
    return found != keys_.end() ? found->second : nullptr;
  }
  // All that is older goes at once when there are too many.
  void keep(std::string_view spki, std::shared_ptr<const Impl> key) {
    if (spki.size() > kMaxSize) return;
    const std::scoped_lock lock(mutex_);
    if (keys_.size() >= kMaxKeys) keys_.clear();
    keys_.emplace(std::string(spki), std::move(key));
  }

 private:
  static constexpr std::size_t kMaxKeys = 256;
  static constexpr std::size_t kMaxSize = 1200;  // bytes; RSA of 8192 bits

  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const Impl>, std::less<>> keys_;
};

}  // namespace

std::string_view name_of(KeyAlgorithm algorithm) {
  switch (algorithm) {
    case KeyAlgorithm::Rsa:
      return "RSA";
    case KeyAlgorithm::Ecdsa:
      return "ECDSA";
    case KeyAlgorithm::Ed25519:
      return "Ed25519";
  }
  return "";
}

Result<PublicKey> PublicKey::parse_spki(std::string_view bytes) {
  static RecentKeys<Impl> recent;
  if (auto known = recent.find(bytes)) return PublicKey(std::move(known));
  const Spki spki = TRY(read_spki(bytes));
  const KeyAlgorithm algorithm = TRY(check_form(spki));
  PkeyHandle key = TRY(make_key(algorithm, spki));
  const int size = EVP_PKEY_get_bits(key.get());
  const auto key_bits_at = static_cast<std::size_t>(spki.key_bits.data() - bytes.data());
  const int shown = algorithm == KeyAlgorithm::Ed25519 ? 256 : size;
  auto parsed =
      std::make_shared<const Impl>(Impl{std::move(key), algorithm, shown, std::string(bytes), key_bits_at});
  recent.keep(bytes, parsed);
  return PublicKey(std::move(parsed));
}

KeyAlgorithm PublicKey::algorithm() const { return impl_->algorithm; }
int PublicKey::size() const { return impl_->size; }
const std::string& PublicKey::spki_der() const { return impl_->spki; }
std::string_view PublicKey::key_bits() const {
  return std::string_view(impl_->spki).substr(impl_->key_bits_at);
}

bool PublicKey::operator==(const PublicKey& other) const {
  return impl_->spki == other.impl_->spki || EVP_PKEY_eq(impl_->key.get(), other.impl_->key.get()) == 1;
}

}  // namespace cw::pki
