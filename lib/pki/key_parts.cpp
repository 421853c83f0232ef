#include "lib/pki/key_parts.h"

#include <algorithm>
#include <array>
#include <bit>

#include <openssl/obj_mac.h>

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

}  // namespace

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
