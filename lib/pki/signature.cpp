#include "lib/pki/signature.h"

#include <array>
#include <optional>

#include <openssl/rsa.h>

#include "lib/pki/der.h"
#include "lib/pki/key_impl.h"

namespace cw::pki {
namespace {

constexpr int kMinRsaBits = 1024;  // Go crypto/rsa refuses to verify with less
constexpr std::string_view kRsaPssOid = "1.2.840.113549.1.1.10";
constexpr std::string_view kMgf1Oid = "1.2.840.113549.1.1.8";

struct Scheme {
  std::string_view oid;
  KeyAlgorithm key;
  const char* digest;  // OpenSSL's name; nullptr: none (Ed25519)
  int pss_salt = 0;    // bytes; 0: not RSA-PSS
};

// Go crypto/x509 signatureAlgorithmDetails without MD5 and DSA.
constexpr std::array<Scheme, 10> kSchemes{{
    {"1.2.840.113549.1.1.5", KeyAlgorithm::Rsa, "SHA1"},
    {"1.3.14.3.2.29", KeyAlgorithm::Rsa, "SHA1"},
    {"1.2.840.113549.1.1.11", KeyAlgorithm::Rsa, "SHA256"},
    {"1.2.840.113549.1.1.12", KeyAlgorithm::Rsa, "SHA384"},
    {"1.2.840.113549.1.1.13", KeyAlgorithm::Rsa, "SHA512"},
    {"1.2.840.10045.4.1", KeyAlgorithm::Ecdsa, "SHA1"},
    {"1.2.840.10045.4.3.2", KeyAlgorithm::Ecdsa, "SHA256"},
    {"1.2.840.10045.4.3.3", KeyAlgorithm::Ecdsa, "SHA384"},
    {"1.2.840.10045.4.3.4", KeyAlgorithm::Ecdsa, "SHA512"},
    {"1.3.101.112", KeyAlgorithm::Ed25519, nullptr},
}};

// By the OID of the hash inside RSASSA-PSS-params.
constexpr std::array<Scheme, 3> kPssSchemes{{
    {"2.16.840.1.101.3.4.2.1", KeyAlgorithm::Rsa, "SHA256", 32},
    {"2.16.840.1.101.3.4.2.2", KeyAlgorithm::Rsa, "SHA384", 48},
    {"2.16.840.1.101.3.4.2.3", KeyAlgorithm::Rsa, "SHA512", 64},
}};

struct Algorithm {
  std::string oid;
  std::optional<der::Element> parameters;
};

Result<Algorithm> read_algorithm(std::string_view element) {
  der::Reader inside(TRY(der::whole_content(element, der::kSequence, "algorithm identifier")));
  Algorithm found;
  found.oid = TRY(der::decode_oid(TRY(inside.content(der::kOid, "algorithm identifier"))));
  if (!inside.at_end()) found.parameters = TRY(inside.element("algorithm parameters"));
  TRY(inside.expect_end("algorithm parameters"));
  return found;
}

bool absent_or_null(const std::optional<der::Element>& parameters) {
  return !parameters || (parameters->tag == der::kNull && parameters->content.empty());
}

// An AlgorithmIdentifier under an explicit tag.
Result<Algorithm> read_tagged_algorithm(der::Reader& reader, unsigned number) {
  return read_algorithm(TRY(reader.content(der::constructed(number), "RSA-PSS parameters")));
}

Result<std::int64_t> read_tagged_integer(der::Reader& reader, unsigned number) {
  der::Reader inside = TRY(reader.enter(der::constructed(number), "RSA-PSS parameters"));
  return der::decode_small_integer(TRY(inside.content(der::kInteger, "RSA-PSS parameters")));
}

// RFC 4055 §3.1, narrowed as Go does: hash = MGF1 hash, salt as long as the hash, default trailer.
Result<Scheme> pss_scheme(const std::optional<der::Element>& parameters) {
  const Error unsupported{Code::Invalid, "unsupported RSA-PSS parameters"};
  if (!parameters || parameters->tag != der::kSequence) return unsupported;
  der::Reader reader(parameters->content);
  const Algorithm hash = TRY(read_tagged_algorithm(reader, 0));
  const Algorithm mask = TRY(read_tagged_algorithm(reader, 1));
  const std::int64_t salt = TRY(read_tagged_integer(reader, 2));
  const std::int64_t trailer = reader.at_end() ? 1 : TRY(read_tagged_integer(reader, 3));
  if (mask.oid != kMgf1Oid || !mask.parameters) return unsupported;
  const Algorithm mask_hash = TRY(read_algorithm(mask.parameters->whole));
  if (!absent_or_null(hash.parameters) || !absent_or_null(mask_hash.parameters)) return unsupported;
  if (mask_hash.oid != hash.oid || trailer != 1) return unsupported;
  for (const Scheme& scheme : kPssSchemes) {
    if (scheme.oid == hash.oid && scheme.pss_salt == salt) return scheme;
  }
  return unsupported;
}

Result<Scheme> find_scheme(const Algorithm& algorithm) {
  if (algorithm.oid == kRsaPssOid) return pss_scheme(algorithm.parameters);
  for (const Scheme& scheme : kSchemes) {
    if (scheme.oid != algorithm.oid) continue;
    // RFC 8410 §3: no parameters.
    if (scheme.key == KeyAlgorithm::Ed25519 && algorithm.parameters) break;
    return scheme;
  }
  return Error{Code::Invalid, "unsupported signature algorithm " + algorithm.oid};
}

Status check_scheme(const Scheme& scheme, const PublicKey& key, Sha1 sha1) {
  if (scheme.digest != nullptr && std::string_view(scheme.digest) == "SHA1" && sha1 == Sha1::Refuse) {
    return Error{Code::Invalid, "signatures over SHA-1 are not accepted"};
  }
  if (scheme.key != key.algorithm()) {
    return Error{Code::Invalid, "signature algorithm is for " + std::string(name_of(scheme.key)) +
                                    " keys, the key is " + std::string(name_of(key.algorithm()))};
  }
  if (scheme.key == KeyAlgorithm::Rsa && key.size() < kMinRsaBits) {
    return Error{Code::Invalid, "RSA key has less than 1024 bits"};
  }
  return Done{};
}

Status use_pss(EVP_PKEY_CTX* context, int salt) {
  TRY(check(EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING), Code::Internal, "RSA-PSS"));
  return check(EVP_PKEY_CTX_set_rsa_pss_saltlen(context, salt), Code::Internal, "RSA-PSS");
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

constexpr std::array<std::string_view, 7> kSigningOids{"1.2.840.113549.1.1.11",
                                                       "1.2.840.113549.1.1.12",
                                                       "1.2.840.113549.1.1.13",
                                                       "1.2.840.10045.4.3.2",
                                                       "1.2.840.10045.4.3.3",
                                                       "1.2.840.10045.4.3.4",
                                                       "1.3.101.112"};

}  // namespace

Status check_algorithm_identifier(std::string_view element) {
  TRY(read_algorithm(element));
  return Done{};
}

Status verify_signature(const Signature& signature, std::string_view signed_bytes, const PublicKey& key,
                        Sha1 sha1) {
  const Scheme scheme = TRY(find_scheme(TRY(read_algorithm(signature.algorithm))));
  TRY(check_scheme(scheme, key, sha1));
  ERR_clear_error();
  const DigestContext context =
      TRY(own<DigestContext>(EVP_MD_CTX_new(), Code::Internal, "no memory to verify a signature"));
  EVP_PKEY_CTX* parameters = nullptr;  // owned by context
  TRY(check(EVP_DigestVerifyInit_ex(context.get(), &parameters, scheme.digest, nullptr, nullptr,
                                    key.impl().key.get(), nullptr),
            Code::Invalid, "signature cannot be verified"));
  if (scheme.pss_salt > 0) TRY(use_pss(parameters, scheme.pss_salt));
  const int verdict = EVP_DigestVerify(context.get(), bytes_of(signature.bits), signature.bits.size(),
                                       bytes_of(signed_bytes), signed_bytes.size());
  ERR_clear_error();
  if (verdict != 1) return Error{Code::Invalid, "signature does not match the key and the signed content"};
  return Done{};
}

std::string algorithm_identifier(SignatureAlgorithm algorithm) {
  const auto index = static_cast<std::size_t>(algorithm);
  // RFC 4055 §5: RSA has NULL parameters; RFC 5758 §3.2 and RFC 8410 §3: the others have none.
  const std::string parameters = fits(algorithm, KeyAlgorithm::Rsa) ? der::element(der::kNull, "") : "";
  return der::sequence(der::known_oid(kSigningOids.at(index)) + parameters);
}

Result<std::string> sign_whole(std::string_view to_be_signed, const PrivateKey& key,
                               SignatureAlgorithm algorithm) {
  const std::string bits = TRY(key.sign(algorithm, to_be_signed));
  return der::sequence(std::string(to_be_signed) + algorithm_identifier(algorithm) + der::bit_string(bits));
}

}  // namespace cw::pki
