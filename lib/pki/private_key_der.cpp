#include "lib/pki/private_key_der.h"

#include <array>
#include <optional>
#include <vector>

#include <openssl/core_names.h>
#include <openssl/ec.h>

#include "lib/pki/key_parts.h"
#include "lib/pki/rsa_numbers.h"

namespace cw::pki {
namespace {

using Number = std::unique_ptr<BIGNUM, FreeWith<BN_clear_free>>;
using Group = std::unique_ptr<EC_GROUP, FreeWith<EC_GROUP_free>>;
using Point = std::unique_ptr<EC_POINT, FreeWith<EC_POINT_free>>;

constexpr std::array<const char*, 8> kRsaParameters{
    OSSL_PKEY_PARAM_RSA_N,         OSSL_PKEY_PARAM_RSA_E,           OSSL_PKEY_PARAM_RSA_D,
    OSSL_PKEY_PARAM_RSA_FACTOR1,   OSSL_PKEY_PARAM_RSA_FACTOR2,     OSSL_PKEY_PARAM_RSA_EXPONENT1,
    OSSL_PKEY_PARAM_RSA_EXPONENT2, OSSL_PKEY_PARAM_RSA_COEFFICIENT1};

Result<PkeyHandle> parse_pkcs1(std::string_view bytes) {
  der::Reader reader(TRY(der::whole_content(bytes, der::kSequence, "RSA private key")));
  const auto version = TRY(der::decode_small_integer(TRY(reader.content(der::kInteger, "RSA private key"))));
  if (version != 0) return Error{Code::Invalid, "RSA private key is not of version 0 (two primes)"};
  std::vector<ParameterNumber> numbers;
  std::array<OSSL_PARAM, kRsaParameters.size() + 1> parameters{};
  numbers.reserve(kRsaParameters.size());  // the parameters point into its elements
  for (std::size_t i = 0; i < kRsaParameters.size(); ++i) {
    numbers.emplace_back(TRY(positive_number(reader, "number of the RSA private key")));
    parameters.at(i) = numbers.back().as(kRsaParameters.at(i));
  }
  TRY(reader.expect_end("RSA private key"));
  parameters.back() = OSSL_PARAM_construct_end();
  PkeyHandle key = TRY(build_key("RSA", KeyHalf::Both, parameters.data()));
  TRY(check_rsa_numbers(key.get()));
  return key;
}

// d·G as an uncompressed point. Invalid unless 0 < d < n.
Result<std::string> public_point(const Curve& curve, const Number& scalar) {
  const Group group(EC_GROUP_new_by_curve_name(curve.nid));
  CW_ASSERT(group != nullptr && scalar != nullptr);
  const bool in_range =
      BN_is_zero(scalar.get()) == 0 && BN_cmp(scalar.get(), EC_GROUP_get0_order(group.get())) < 0;
  if (!in_range) return Error{Code::Invalid, "ECDSA private key is out of range"};
  const Point point(EC_POINT_new(group.get()));
  std::string out(1 + 2 * curve.bytes(), '\0');
  BN_set_flags(scalar.get(), BN_FLG_CONSTTIME);
  const bool done =
      point && EC_POINT_mul(group.get(), point.get(), scalar.get(), nullptr, nullptr, nullptr) == 1 &&
      EC_POINT_point2oct(group.get(), point.get(), POINT_CONVERSION_UNCOMPRESSED,
                         reinterpret_cast<unsigned char*>(out.data()), out.size(), nullptr) == out.size();
  if (!done) return openssl_error(Code::Internal, "ECDSA public key of a private key");
  return out;
}

struct Sec1Key {
  std::string_view scalar;
  std::optional<std::string> curve_oid;
  std::optional<std::string_view> public_point;
};

Result<Sec1Key> read_sec1(std::string_view bytes) {
  der::Reader reader(TRY(der::whole_content(bytes, der::kSequence, "EC private key")));
  const auto version = TRY(der::decode_small_integer(TRY(reader.content(der::kInteger, "EC private key"))));
  if (version != 1) return Error{Code::Invalid, "EC private key is not of version 1"};
  Sec1Key found;
  found.scalar = TRY(reader.content(der::kOctetString, "EC private key"));
  if (reader.next_is(der::constructed(0))) {
    const std::string_view parameters = TRY(reader.content(der::constructed(0), "EC private key curve"));
    found.curve_oid =
        TRY(der::decode_oid(TRY(der::whole_content(parameters, der::kOid, "EC private key curve"))));
  }
  if (reader.next_is(der::constructed(1))) {
    const std::string_view point = TRY(reader.content(der::constructed(1), "EC private key point"));
    found.public_point = TRY(
        der::decode_octets_in_bits(TRY(der::whole_content(point, der::kBitString, "EC private key point"))));
  }
  TRY(reader.expect_end("EC private key"));
  return found;
}

// Some writers pad the number with zeros, some strip them (both against SEC 1): its value counts, as in Go.
Result<PkeyHandle> build_ecdsa(const Curve& curve, const Sec1Key& key) {
  const Number scalar(BN_bin2bn(reinterpret_cast<const unsigned char*>(key.scalar.data()),
                                static_cast<int>(key.scalar.size()), nullptr));
  std::string point = TRY(public_point(curve, scalar));
  if (key.public_point && *key.public_point != point) {
    return Error{Code::Invalid, "ECDSA private key does not belong to its public key"};
  }
  std::string name(curve.name);
  ParameterNumber number(key.scalar);
  std::array<OSSL_PARAM, 4> parameters{
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, name.data(), name.size()),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()),
      number.as(OSSL_PKEY_PARAM_PRIV_KEY), OSSL_PARAM_construct_end()};
  return build_key("EC", KeyHalf::Both, parameters.data());
}

Result<PkeyHandle> parse_sec1(std::string_view bytes) {
  const Sec1Key key = TRY(read_sec1(bytes));
  if (!key.curve_oid) return Error{Code::Invalid, "EC private key does not name its curve"};
  return build_ecdsa(TRY(find_curve(*key.curve_oid)), key);
}

Result<PkeyHandle> parse_ed25519(std::string_view bytes) {
  constexpr std::size_t kSeedSize = 32;
  const std::string_view seed = TRY(der::whole_content(bytes, der::kOctetString, "Ed25519 private key"));
  if (seed.size() != kSeedSize) return Error{Code::Invalid, "Ed25519 private key is not 32 bytes long"};
  return own<PkeyHandle>(
      EVP_PKEY_new_raw_private_key_ex(nullptr, "ED25519", nullptr,
                                      reinterpret_cast<const unsigned char*>(seed.data()), seed.size()),
      Code::Invalid, "Ed25519 private key");
}

struct Pkcs8Key {
  std::string algorithm;
  std::optional<der::Element> parameters;
  std::string_view inner;
};

// What may follow (attributes, and the public key of RFC 5958) is neither needed nor trusted.
Result<Pkcs8Key> read_pkcs8(std::string_view bytes) {
  der::Reader reader(TRY(der::whole_content(bytes, der::kSequence, "private key")));
  TRY(der::decode_small_integer(TRY(reader.content(der::kInteger, "private key version"))));
  der::Reader algorithm = TRY(reader.enter(der::kSequence, "private key algorithm"));
  Pkcs8Key found;
  found.algorithm = TRY(der::decode_oid(TRY(algorithm.content(der::kOid, "private key algorithm"))));
  if (!algorithm.at_end()) found.parameters = TRY(algorithm.element("private key parameters"));
  TRY(algorithm.expect_end("private key parameters"));
  found.inner = TRY(reader.content(der::kOctetString, "private key"));
  return found;
}

// The curve stands outside; if it stands inside too, it is the same.
Result<PkeyHandle> parse_ecdsa_in_pkcs8(const Pkcs8Key& outer) {
  if (!outer.parameters || outer.parameters->tag != der::kOid) {
    return Error{Code::Invalid, "EC private key does not name its curve"};
  }
  const std::string oid = TRY(der::decode_oid(outer.parameters->content));
  const Sec1Key key = TRY(read_sec1(outer.inner));
  if (key.curve_oid && *key.curve_oid != oid) return Error{Code::Invalid, "EC private key names two curves"};
  return build_ecdsa(TRY(find_curve(oid)), key);
}

Result<PkeyHandle> parse_pkcs8(std::string_view bytes) {
  const Pkcs8Key outer = TRY(read_pkcs8(bytes));
  if (outer.algorithm == kRsaOid) return parse_pkcs1(outer.inner);
  if (outer.algorithm == kEcdsaOid) return parse_ecdsa_in_pkcs8(outer);
  if (outer.algorithm != kEd25519Oid) {
    return Error{Code::Invalid, "private key of unknown algorithm " + outer.algorithm};
  }
  if (outer.parameters) return Error{Code::Invalid, "Ed25519 private key with parameters"};
  return parse_ed25519(outer.inner);
}

}  // namespace

Result<PkeyHandle> parse_private_key_der(KeyContainer container, std::string_view bytes) {
  switch (container) {
    case KeyContainer::Pkcs1:
      return parse_pkcs1(bytes);
    case KeyContainer::Sec1:
      return parse_sec1(bytes);
    case KeyContainer::Pkcs8:
      break;
  }
  return parse_pkcs8(bytes);
}

}  // namespace cw::pki
