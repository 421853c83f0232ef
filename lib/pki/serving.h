// Certificates for our own servers: a self-signed CA and leaves under it
// (reference/admission.md 3.8.2, 3.8.3; also standalone's CA and its client certificates). Draws keys from
// the KeyMaker; otherwise pure.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/pki/certificate.h"
#include "lib/pki/private_key.h"

namespace cw::pki {

struct KeyPair {
  PrivateKey key;
  Certificate certificate;
  std::string certificate_pem() const { return certificate.to_pem(); }
  Result<SecretBytes> key_pem() const { return key.to_pem(KeyEncoding::Pkcs8); }
};

struct CaOptions {
  std::string common_name;
  std::chrono::seconds lifetime = std::chrono::hours(365 * 24);
  KeySpec key{KeyAlgorithm::Ecdsa, 384};
};
// CA true; digital signature, key encipherment, cert sign.
Result<KeyPair> make_ca(const CaOptions&, KeyMaker&, TimePoint now);

struct LeafOptions {
  SubjectFields subject = {};  // CN = Kubernetes user, O = groups, for client certificates
  std::vector<std::string> dns_names = {};
  std::vector<std::string> ip_addresses = {};  // text; Invalid if one is none
  std::chrono::seconds lifetime = std::chrono::hours(168);
  KeySpec key{KeyAlgorithm::Ecdsa, 384};
  std::vector<std::string> extended_key_usages = {};  // dotted OIDs: kServerAuthOid, kClientAuthOid
};
inline constexpr std::string_view kServerAuthOid = "1.3.6.1.5.5.7.3.1";
inline constexpr std::string_view kClientAuthOid = "1.3.6.1.5.5.7.3.2";
// Digital signature and key encipherment. Never outlives the CA; Invalid if the CA has expired.
Result<KeyPair> make_leaf(const KeyPair& ca, const LeafOptions&, KeyMaker&, TimePoint now);

// Stored PEM texts -> KeyPair; Invalid if unparsable or not a pair.
Result<KeyPair> parse_key_pair(std::string_view certificate_pem, std::string_view key_pem,
                               const PemLimits& limits = {});

}  // namespace cw::pki
