#include "lib/pki/key_parts.h"

#include <algorithm>
#include <array>
#include <bit>

#include <openssl/core_names.h>
#include <openssl/objects.h>

namespace cw::pki {
namespace {

constexpr std::array<Curve, 4> kCurves{{{"1.3.132.0.33", 224, "P-224", NID_secp224r1},
                                        {"1.2.840.10045.3.1.7", 256, "P-256", NID_X9_62_prime256v1},
                                        {"1.3.132.0.34", 384, "P-384", NID_secp384r1},
                                        {"1.3.132.0.35", 521, "P-521", NID_secp521r1}}};

std::string in_machine_order(std::string_view big_endian) {
  std::string bytes(big_endian);
  if constexpr (std::endian::native == std::endian::little) std::reverse(bytes.begin(), bytes.end());
  return bytes;
}

std::string spki(std::string_view algorithm, std::string_view parameters, std::string_view key_bits) {
  return der::sequence(der::sequence(der::known_oid(algorithm) + std::string(parameters)) +
                       der::bit_string(key_bits));
}

Result<std::string> encode_number(const EVP_PKEY* key, const char* name) {
  BIGNUM* raw = nullptr;
  TRY(check(EVP_PKEY_get_bn_param(key, name, &raw), Code::Internal, "public key"));
  const std::unique_ptr<BIGNUM, FreeWith<BN_free>> number(raw);
  std::string magnitude(static_cast<std::size_t>(BN_num_bytes(raw)), '\0');
  BN_bn2bin(raw, reinterpret_cast<unsigned char*>(magnitude.data()));
  return der::positive_integer(magnitude);
}

Result<std::string> encode_rsa_spki(const EVP_PKEY* key) {
  const std::string bits = der::sequence(TRY(encode_number(key, OSSL_PKEY_PARAM_RSA_N)) +
                                         TRY(encode_number(key, OSSL_PKEY_PARAM_RSA_E)));
  return spki(kRsaOid, der::element(der::kNull, ""), bits);
}

Result<std::string> encode_ed25519_spki(const EVP_PKEY* key) {
  std::string bits(32, '\0');
  std::size_t size = bits.size();
  TRY(check(EVP_PKEY_get_raw_public_key(key, reinterpret_cast<unsigned char*>(bits.data()), &size),
            Code::Internal, "public key"));
  return spki(kEd25519Oid, "", bits);
}

// Uncompressed.
Result<std::string> encoded_point(EVP_PKEY* key) {
  unsigned char* raw = nullptr;
  const std::size_t size = EVP_PKEY_get1_encoded_public_key(key, &raw);
  if (size == 0) return openssl_error(Code::Internal, "public key");
  std::string point(reinterpret_cast<const char*>(raw), size);
  OPENSSL_free(raw);
  return point;
}

Result<std::string> encode_ecdsa_spki(EVP_PKEY* key) {
  const int bits = EVP_PKEY_get_bits(key);
  for (const Curve& curve : kCurves) {
    if (curve.size != bits) continue;
    std::string group(32, '\0');
    std::size_t length = 0;
    TRY(check(EVP_PKEY_get_group_name(key, group.data(), group.size(), &length), Code::Internal, "curve"));
    group.resize(length);
    if (OBJ_sn2nid(group.c_str()) != curve.nid) break;
    return spki(kEcdsaOid, der::known_oid(curve.oid), TRY(encoded_point(key)));
  }
  return Error{Code::Invalid, "unsupported elliptic curve"};
}

}  // namespace

Result<std::string> encode_spki(EVP_PKEY* key) {
  ERR_clear_error();
  if (EVP_PKEY_is_a(key, "RSA") == 1) return encode_rsa_spki(key);
  if (EVP_PKEY_is_a(key, "EC") == 1) return encode_ecdsa_spki(key);
  if (EVP_PKEY_is_a(key, "ED25519") != 1) return Error{Code::Invalid, "unsupported kind of key"};
  return encode_ed25519_spki(key);
}

Result<Curve> find_curve(std::string_view oid) {
  for (const Curve& curve : kCurves) {
    if (curve.oid == oid) return curve;
  }
  return Error{Code::Invalid, "unsupported elliptic curve " + std::string(oid)};
}

Result<std::string_view> positive_number(der::Reader& reader, std::string_view what) {
  const std::string_view number = TRY(der::decode_integer(TRY(reader.content(der::kInteger, what))));
  const bool negative = (static_cast<unsigned char>(number.front()) & 0x80U) != 0;
  const bool zero = number.find_first_not_of('\0') == std::string_view::npos;
  if (negative || zero) return Error{Code::Invalid, std::string(what) + " is not positive"};
  return number;
}

ParameterNumber::ParameterNumber(std::string_view big_endian)
    : bytes_(in_machine_order(big_endian)), size_(big_endian.size()) {}

OSSL_PARAM ParameterNumber::as(const char* name) {
  // The parameter is only read; its type is not const because it serves both ways.
  auto* const data = const_cast<char*>(bytes_.reveal().data());
  return OSSL_PARAM_construct_BN(name, reinterpret_cast<unsigned char*>(data), size_);
}

Result<PkeyHandle> build_key(const char* type, KeyHalf half, OSSL_PARAM* parameters) {
  ERR_clear_error();
  const PkeyContext context =
      TRY(own<PkeyContext>(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr), Code::Internal, "key"));
  TRY(check(EVP_PKEY_fromdata_init(context.get()), Code::Internal, "key"));
  EVP_PKEY* raw = nullptr;
  const int selection = half == KeyHalf::Both ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY;
  const int rc = EVP_PKEY_fromdata(context.get(), &raw, selection, parameters);
  PkeyHandle key(raw);
  ERR_clear_error();  // what OpenSSL says may quote the key
  if (rc != 1 || !key) return Error{Code::Invalid, "broken key"};
  return key;
}

}  // namespace cw::pki
