#include "lib/pki/signer.h"

#include <openssl/rand.h>

#include "lib/pki/der.h"
#include "lib/pki/der_time.h"
#include "lib/pki/digest.h"
#include "lib/pki/extension_list.h"
#include "lib/pki/signature.h"

namespace cw::pki {
namespace {

constexpr std::size_t kSerialSize = 20;
constexpr std::size_t kKeyIdSize = 20;

// Who signs; the authority key identifier is empty when a certificate signs itself.
struct Signer {
  std::string_view raw_name;
  std::string_view key_id;
  const PrivateKey& key;
};

Status add(std::string& list, std::string_view oid, bool critical, std::string value) {
  list += TRY(encode_extension({std::string(oid), critical, std::move(value)}));
  return Done{};
}

Status add_usages(std::string& list, const CertificateTemplate& wanted) {
  if (wanted.key_usage != 0) TRY(add(list, kKeyUsageOid, true, encode_key_usage(wanted.key_usage)));
  if (wanted.extended_key_usages.empty()) return Done{};
  return add(list, kExtendedKeyUsageOid, false, TRY(encode_extended_key_usage(wanted.extended_key_usages)));
}

Status add_key_ids(std::string& list, const CertificateTemplate& wanted, const PublicKey& key,
                   std::string_view authority_key_id) {
  if (wanted.basic_constraints.is_ca) {
    TRY(add(list, kSubjectKeyIdOid, false, encode_subject_key_id(subject_key_id(key))));
  }
  if (authority_key_id.empty()) return Done{};
  return add(list, kAuthorityKeyIdOid, false, encode_authority_key_id(authority_key_id));
}

Status add_access_info(std::string& list, const CertificateTemplate& wanted) {
  if (wanted.ocsp_servers.empty() && wanted.issuing_certificate_urls.empty()) return Done{};
  return add(list, kAuthorityInfoAccessOid, false,
             TRY(encode_authority_info_access(wanted.ocsp_servers, wanted.issuing_certificate_urls)));
}

Status add_distribution_points(std::string& list, const CertificateTemplate& wanted) {
  if (wanted.crl_distribution_points.empty()) return Done{};
  return add(list, kCrlDistributionPointsOid, false,
             TRY(encode_crl_distribution_points(wanted.crl_distribution_points)));
}

Status add_names(std::string& list, const CertificateTemplate& wanted) {
  if (!wanted.subject_alt_name) return Done{};
  const bool critical = wanted.raw_subject == der::sequence("");
  return add(list, kSubjectAltNameOid, critical, wanted.subject_alt_name->value);
}

// In the order of Go's x509.CreateCertificate; the copied names come last, as cert-manager's do.
Result<std::string> encode_extensions(const CertificateTemplate& wanted, const PublicKey& key,
                                      std::string_view authority_key_id) {
  std::string list;
  TRY(add_usages(list, wanted));
  TRY(add(list, kBasicConstraintsOid, true, encode_basic_constraints(wanted.basic_constraints)));
  TRY(add_key_ids(list, wanted, key, authority_key_id));
  TRY(add_access_info(list, wanted));
  if (wanted.name_constraints) {
    TRY(add(list, kNameConstraintsOid, wanted.name_constraints->critical, wanted.name_constraints->value));
  }
  TRY(add_distribution_points(list, wanted));
  TRY(add_names(list, wanted));
  for (const Extension& more : wanted.more_extensions) list += TRY(encode_extension(more));
  return der::element(der::constructed(3), der::sequence(list));
}

// One of each kind for the life of the process: making one anew each time would cost more than all the rest.
const Result<PrivateKey>& throw_away_key(KeyAlgorithm algorithm) {
  static const Result<PrivateKey> kEcdsa = PrivateKey::generate_throw_away(KeyAlgorithm::Ecdsa);
  static const Result<PrivateKey> kEd25519 = PrivateKey::generate_throw_away(KeyAlgorithm::Ed25519);
  if (algorithm == KeyAlgorithm::Ecdsa) return kEcdsa;
  if (algorithm == KeyAlgorithm::Ed25519) return kEd25519;
  static const Result<PrivateKey> kRsa = PrivateKey::generate_throw_away(KeyAlgorithm::Rsa);
  return kRsa;
}

Status rehearse(std::string_view to_be_signed, SignatureAlgorithm algorithm, KeyAlgorithm kind,
                const Inspect& inspect) {
  const auto& key = throw_away_key(kind);
  if (!key) return key.error();
  return inspect(TRY(Certificate::parse_der(TRY(sign_whole(to_be_signed, *key, algorithm)))));
}

Result<Certificate> sign(const CertificateTemplate& wanted, const PublicKey& key, const Signer& signer,
                         const Inspect& inspect) {
  const std::string serial = wanted.serial.empty() ? random_serial() : wanted.serial;
  if (serial.size() > kSerialSize) return Error{Code::Invalid, "serial number has more than 20 bytes"};
  const SignatureAlgorithm algorithm =
      TRY(signature_algorithm_for(signer.key.algorithm(), signer.key.size()));
  const std::string version = der::element(der::constructed(0), der::integer(2));
  const std::string validity = der::sequence(der::time(wanted.not_before) + der::time(wanted.not_after));
  const std::string to_be_signed =
      der::sequence(version + der::positive_integer(serial) + algorithm_identifier(algorithm) +
                    std::string(signer.raw_name) + validity + wanted.raw_subject + key.spki_der() +
                    TRY(encode_extensions(wanted, key, signer.key_id)));
  if (inspect) TRY(rehearse(to_be_signed, algorithm, signer.key.algorithm(), inspect));
  return Certificate::parse_der(TRY(sign_whole(to_be_signed, signer.key, algorithm)));
}

}  // namespace

std::string random_serial() {
  std::string serial(kSerialSize, '\0');
  auto* const bytes = reinterpret_cast<unsigned char*>(serial.data());
  CW_ASSERT(RAND_bytes(bytes, static_cast<int>(serial.size())) == 1);
  bytes[0] &= 0x7FU;
  return serial;
}

std::string subject_key_id(const PublicKey& key) { return sha256(key.key_bits()).substr(0, kKeyIdSize); }

Result<Certificate> sign_certificate(const CertificateTemplate& wanted, const PublicKey& subject_key,
                                     const Certificate& issuer, const PrivateKey& issuer_key,
                                     const Inspect& inspect) {
  if (!issuer.matches(issuer_key.public_key())) {
    return Error{Code::Invalid, "the issuer's private key does not belong to its certificate"};
  }
  const bool own_name = issuer.raw_subject() == wanted.raw_subject;
  const std::string_view key_id = own_name ? std::string_view() : issuer.subject_key_id();
  return sign(wanted, subject_key, {issuer.raw_subject(), key_id, issuer_key}, inspect);
}

Result<Certificate> self_sign(const CertificateTemplate& wanted, const PrivateKey& key,
                              const Inspect& inspect) {
  return sign(wanted, key.public_key(), {wanted.raw_subject, "", key}, inspect);
}

}  // namespace cw::pki
