// The keystores that a Certificate asks for in its target Secret (reference/controllers.md 1.9): which data
// keys there are to be, and their bytes. Passwords come from where the spec says; reading is the caller's.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/api/certificate.h"
#include "lib/api/secret.h"
#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/base/secret.h"
#include "lib/pki/pem.h"

namespace cw::controller::certificates {

// By data key of the Secret.
using Keystores = std::map<std::string_view, std::string>;

bool wants_keystores(const api::CertificateSpec&);
// Truststores are written only where there is a CA to trust.
std::vector<std::string_view> wanted_keystores(const api::CertificateSpec&, std::string_view ca_pem);
// All data keys that a keystore may be under.
const std::vector<std::string_view>& keystore_data_keys();

struct KeystorePasswords {
  SecretBytes jks;
  SecretBytes pkcs12;
};
// Of the Certificate's namespace; nullopt: there is none of that name.
using ReadSecret = std::function<Result<std::optional<api::Secret>>(const std::string& name)>;
// NotFound: a Secret that is named is missing. Invalid: its key is, or the password is empty.
Result<KeystorePasswords> read_passwords(const api::CertificateSpec&, const ReadSecret&);

struct KeystoreSource {
  std::string_view key_pem;
  std::string_view chain_pem;
  std::string_view ca_pem;  // empty: none
};
// Different bytes at each call. Invalid: the source or a password cannot be used.
Result<Keystores> make_keystores(const api::CertificateSpec&, const KeystoreSource&, const KeystorePasswords&,
                                 TimePoint now, const pki::PemLimits& limits = {});

}  // namespace cw::controller::certificates
