// PKCS#12 (RFC 7292): the nesting of safes and bags. What is encrypted how is in password_cipher.
#include <algorithm>

#include "lib/base/encoding.h"
#include "lib/pki/der.h"
#include "lib/pki/digest.h"
#include "lib/pki/keystore.h"
#include "lib/pki/password_cipher.h"
#include "lib/pki/utf16.h"

namespace cw::pki {
namespace {

constexpr std::string_view kData = "1.2.840.113549.1.7.1";
constexpr std::string_view kEncryptedData = "1.2.840.113549.1.7.6";
constexpr std::string_view kShroudedKeyBag = "1.2.840.113549.1.12.10.1.2";
constexpr std::string_view kCertificateBag = "1.2.840.113549.1.12.10.1.3";
constexpr std::string_view kX509Certificate = "1.2.840.113549.1.9.22.1";
constexpr std::string_view kFriendlyName = "1.2.840.113549.1.9.20";
constexpr std::string_view kLocalKeyId = "1.2.840.113549.1.9.21";
constexpr std::string_view kJavaTrustedKeyUsage = "2.16.840.1.113894.746875.1.1";
constexpr std::string_view kAnyExtendedKeyUsage = "2.5.29.37.0";
constexpr std::int64_t kVersion = 3;

std::string attribute(std::string_view oid, const std::string& value) {
  return der::sequence(der::known_oid(oid) + der::element(der::kSet, value));
}

std::string local_key_id(const Certificate& leaf) {
  return attribute(kLocalKeyId, der::octet_string(sha1(leaf.der())));
}

std::string bag(std::string_view oid, const std::string& value, std::string_view attributes) {
  std::string out = der::known_oid(oid) + der::element(der::constructed(0), value);
  if (!attributes.empty()) out += der::element(der::kSet, attributes);
  return der::sequence(out);
}

std::string certificate_bag(const Certificate& certificate, std::string_view attributes) {
  const std::string inside = der::element(der::constructed(0), der::octet_string(certificate.der()));
  return bag(kCertificateBag, der::sequence(der::known_oid(kX509Certificate) + inside), attributes);
}

std::string content_info(std::string_view oid, const std::string& content) {
  return der::sequence(der::known_oid(oid) + der::element(der::constructed(0), content));
}

// Bags of certificates, encrypted as a whole.
Result<std::string> certificate_safe(const std::string& bags, std::string_view password,
                                     Pkcs12Profile profile) {
  const Encrypted safe =
      TRY(encrypt_with_password(der::sequence(bags), password, profile, Encrypts::Certificates));
  const std::string info =
      der::sequence(der::known_oid(kData) + safe.algorithm + der::element(der::primitive(0), safe.bytes));
  return content_info(kEncryptedData, der::sequence(der::integer(0) + info));
}

Result<std::string> key_safe(const PrivateKey& key, const std::string& attributes, std::string_view password,
                             Pkcs12Profile profile) {
  const SecretBytes plain = TRY(key.to_der(KeyEncoding::Pkcs8));
  const Encrypted shrouded = TRY(encrypt_with_password(plain.reveal(), password, profile, Encrypts::Keys));
  const std::string info = der::sequence(shrouded.algorithm + der::octet_string(shrouded.bytes));
  return content_info(kData, der::octet_string(der::sequence(bag(kShroudedKeyBag, info, attributes))));
}

Result<SecretBytes> seal(const std::string& safes, std::string_view password, Pkcs12Profile profile) {
  const std::string safe = der::sequence(safes);
  const std::string mac = TRY(mac_with_password(safe, password, profile));
  return SecretBytes(
      der::sequence(der::integer(kVersion) + content_info(kData, der::octet_string(safe)) + mac));
}

Status check_password(std::string_view password) {
  if (is_valid_utf8(password)) return Done{};
  return Error{Code::Invalid, "the password of the keystore is not valid UTF-8"};
}

}  // namespace

std::optional<Pkcs12Profile> find_pkcs12_profile(std::string_view name) {
  struct Row {
    std::string_view name;
    Pkcs12Profile profile;
  };
  constexpr Row kProfiles[] = {{"", Pkcs12Profile::LegacyRc2},
                               {"LegacyRC2", Pkcs12Profile::LegacyRc2},
                               {"LegacyDES", Pkcs12Profile::LegacyDes},
                               {"Modern2023", Pkcs12Profile::Modern2023},
                               {"Modern2026", Pkcs12Profile::Modern2026}};
  const auto* found = std::find_if(std::begin(kProfiles), std::end(kProfiles),
                                   [&](const Row& row) { return row.name == name; });
  if (found == std::end(kProfiles)) return std::nullopt;
  return found->profile;
}

Result<SecretBytes> pkcs12_keystore(const KeystoreContent& content, std::string_view password,
                                    Pkcs12Profile profile) {
  TRY(check_password(password));
  if (content.chain.empty()) return Error{Code::Invalid, "a keystore needs a certificate"};
  const std::string id = local_key_id(content.chain.front());
  std::string bags;
  for (std::size_t i = 0; i < content.chain.size(); ++i) {
    bags += certificate_bag(content.chain[i], i == 0 ? std::string_view(id) : std::string_view());
  }
  for (const Certificate& authority : content.authorities) bags += certificate_bag(authority, {});
  const std::string certificates = TRY(certificate_safe(bags, password, profile));
  const std::string key = TRY(key_safe(content.key, id, password, profile));
  return seal(certificates + key, password, profile);
}

Result<SecretBytes> pkcs12_truststore(const std::vector<Certificate>& authorities, std::string_view password,
                                      Pkcs12Profile profile) {
  TRY(check_password(password));
  std::string bags;
  for (const Certificate& authority : authorities) {
    const std::string wide = TRY(to_utf16(text_of(authority.subject())));
    bags +=
        certificate_bag(authority, attribute(kFriendlyName, der::element(der::kBmpString, wide)) +
                                       attribute(kJavaTrustedKeyUsage, der::known_oid(kAnyExtendedKeyUsage)));
  }
  return seal(TRY(certificate_safe(bags, password, profile)), password, profile);
}

}  // namespace cw::pki
