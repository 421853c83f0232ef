#include "controller/certificates/keystores.h"

#include "lib/api/names.h"
#include "lib/kube/field_error.h"
#include "lib/pki/keystore.h"

namespace cw::controller::certificates {
namespace {

constexpr std::string_view kDefaultAlias = "certificate";

bool wants_jks(const api::CertificateSpec& spec) {
  return spec.keystores && spec.keystores->jks && spec.keystores->jks->create;
}

bool wants_pkcs12(const api::CertificateSpec& spec) {
  return spec.keystores && spec.keystores->pkcs12 && spec.keystores->pkcs12->create;
}

// Jks and Pkcs12 say in the same two members where their password is.
template <typename Keystore>
Result<SecretBytes> password_of(const Keystore& keystore, const ReadSecret& read) {
  const api::SecretKeySelector& at = keystore.password_secret_ref;
  if (at.name.empty()) {
    if (keystore.password.value_or("").empty())
      return Error{Code::Invalid, "the keystore's password is empty"};
    return SecretBytes(*keystore.password);
  }
  const auto secret = TRY(read(at.name));
  if (!secret) {
    return Error{Code::NotFound,
                 "the Secret " + kube::quoted(at.name) + " with the keystore's password does not exist"};
  }
  const kube::Bytes* value = secret->data.find(at.key);
  if (value == nullptr || value->empty()) {
    return Error{Code::Invalid, "the Secret " + kube::quoted(at.name) + " has no keystore password under " +
                                    kube::quoted(at.key)};
  }
  return SecretBytes(value->text());
}

std::string text_of(const SecretBytes& bytes) { return std::string(bytes.reveal()); }

struct Parsed {
  pki::PrivateKey key;
  std::vector<pki::Certificate> chain;
  std::vector<pki::Certificate> authorities;
  pki::KeystoreContent content() const { return {key, chain, authorities}; }
};

Result<Parsed> parse(const KeystoreSource& source, const pki::PemLimits& limits) {
  Parsed parsed{TRY(pki::PrivateKey::parse_pem(source.key_pem, limits)),
                TRY(pki::Certificate::parse_chain(source.chain_pem, limits)),
                {}};
  if (!source.ca_pem.empty()) parsed.authorities = TRY(pki::Certificate::parse_bundle(source.ca_pem, limits));
  return parsed;
}

Status add_jks(Keystores& to, const api::JksKeystore& wanted, const Parsed& parsed, std::string_view password,
               TimePoint now) {
  const std::string alias = wanted.alias.value_or("");
  to[api::kJksKeystoreKey] = text_of(TRY(pki::jks_keystore(
      parsed.content(), alias.empty() ? kDefaultAlias : std::string_view(alias), password, now)));
  if (parsed.authorities.empty()) return Done{};
  to[api::kJksTruststoreKey] = text_of(TRY(pki::jks_truststore(parsed.authorities, password, now)));
  return Done{};
}

Status add_pkcs12(Keystores& to, const api::Pkcs12Keystore& wanted, const Parsed& parsed,
                  std::string_view password) {
  const auto profile = pki::find_pkcs12_profile(wanted.profile);
  if (!profile) {
    return Error{Code::Invalid,
                 "spec.keystores.pkcs12.profile " + kube::quoted(wanted.profile) + " is not known"};
  }
  to[api::kPkcs12KeystoreKey] = text_of(TRY(pki::pkcs12_keystore(parsed.content(), password, *profile)));
  if (parsed.authorities.empty()) return Done{};
  to[api::kPkcs12TruststoreKey] =
      text_of(TRY(pki::pkcs12_truststore(parsed.authorities, password, *profile)));
  return Done{};
}

}  // namespace

bool wants_keystores(const api::CertificateSpec& spec) { return wants_jks(spec) || wants_pkcs12(spec); }

const std::vector<std::string_view>& keystore_data_keys() {
  static const std::vector<std::string_view> kKeys{api::kJksKeystoreKey, api::kJksTruststoreKey,
                                                   api::kPkcs12KeystoreKey, api::kPkcs12TruststoreKey};
  return kKeys;
}

std::vector<std::string_view> wanted_keystores(const api::CertificateSpec& spec, std::string_view ca_pem) {
  std::vector<std::string_view> keys;
  if (wants_jks(spec)) {
    keys.push_back(api::kJksKeystoreKey);
    if (!ca_pem.empty()) keys.push_back(api::kJksTruststoreKey);
  }
  if (wants_pkcs12(spec)) {
    keys.push_back(api::kPkcs12KeystoreKey);
    if (!ca_pem.empty()) keys.push_back(api::kPkcs12TruststoreKey);
  }
  return keys;
}

Result<KeystorePasswords> read_passwords(const api::CertificateSpec& spec, const ReadSecret& read) {
  KeystorePasswords passwords;
  if (wants_jks(spec)) passwords.jks = TRY(password_of(*spec.keystores->jks, read));
  if (wants_pkcs12(spec)) passwords.pkcs12 = TRY(password_of(*spec.keystores->pkcs12, read));
  return passwords;
}

Result<Keystores> make_keystores(const api::CertificateSpec& spec, const KeystoreSource& source,
                                 const KeystorePasswords& passwords, TimePoint now,
                                 const pki::PemLimits& limits) {
  Keystores made;
  if (!wants_keystores(spec)) return made;
  const Parsed parsed = TRY(parse(source, limits));
  if (wants_jks(spec)) TRY(add_jks(made, *spec.keystores->jks, parsed, passwords.jks.reveal(), now));
  if (wants_pkcs12(spec)) TRY(add_pkcs12(made, *spec.keystores->pkcs12, parsed, passwords.pkcs12.reveal()));
  return made;
}

}  // namespace cw::controller::certificates
