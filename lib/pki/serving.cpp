#include "lib/pki/serving.h"

#include <algorithm>

#include "lib/pki/signer.h"

namespace cw::pki {
namespace {

Result<SubjectAltNames> alt_names(const LeafOptions& options) {
  SubjectAltNames names;
  names.dns_names = options.dns_names;
  for (const std::string& text : options.ip_addresses) {
    auto address = parse_ip(text);
    if (!address) return Error{Code::Invalid, "\"" + text + "\" is not an IP address"};
    names.ip_addresses.push_back(*std::move(address));
  }
  return names;
}

Result<std::optional<Extension>> name_extension(const LeafOptions& options) {
  const SubjectAltNames names = TRY(alt_names(options));
  if (names.empty()) return std::optional<Extension>();
  return std::optional(
      Extension{std::string(kSubjectAltNameOid), false, TRY(encode_subject_alt_names(names))});
}

}  // namespace

Result<KeyPair> make_ca(const CaOptions& options, KeyMaker& keys, TimePoint now) {
  PrivateKey key = TRY(keys.make_key(options.key));
  CertificateTemplate wanted;
  wanted.not_before = now;
  wanted.not_after = now + options.lifetime;
  wanted.raw_subject = TRY(encode_subject({.common_name = options.common_name}));
  wanted.basic_constraints = {.is_ca = true};
  wanted.key_usage = kDigitalSignature | kKeyEncipherment | kCertSign;
  Certificate certificate = TRY(self_sign(wanted, key));
  return KeyPair{std::move(key), std::move(certificate)};
}

Result<KeyPair> make_leaf(const KeyPair& ca, const LeafOptions& options, KeyMaker& keys, TimePoint now) {
  if (ca.certificate.not_after() <= now) return Error{Code::Invalid, "the CA certificate has expired"};
  PrivateKey key = TRY(keys.make_key(options.key));
  CertificateTemplate wanted;
  wanted.not_before = now;
  wanted.not_after = std::min(now + options.lifetime, ca.certificate.not_after());
  wanted.raw_subject = TRY(encode_subject(options.subject));
  wanted.subject_alt_name = TRY(name_extension(options));
  wanted.key_usage = kDigitalSignature | kKeyEncipherment;
  wanted.extended_key_usages = options.extended_key_usages;
  Certificate certificate = TRY(sign_certificate(wanted, key.public_key(), ca.certificate, ca.key));
  return KeyPair{std::move(key), std::move(certificate)};
}

Result<KeyPair> parse_key_pair(std::string_view certificate_pem, std::string_view key_pem,
                               const PemLimits& limits) {
  Certificate certificate = TRY(Certificate::parse_pem(certificate_pem, limits));
  PrivateKey key = TRY(PrivateKey::parse_pem(key_pem, limits));
  if (!certificate.matches(key.public_key())) {
    return Error{Code::Invalid, "the private key does not belong to the certificate"};
  }
  return KeyPair{std::move(key), std::move(certificate)};
}

}  // namespace cw::pki
