#include "lib/pki/tls_alpn.h"

#include "lib/base/ascii.h"
#include "lib/base/encoding.h"
#include "lib/pki/der.h"
#include "lib/pki/digest.h"
#include "lib/pki/ip_address.h"
#include "lib/pki/signer.h"

namespace cw::pki {
namespace {

constexpr std::chrono::hours kLifetime{7 * 24};  // longer than any challenge lives
constexpr std::chrono::hours kBackdated{1};      // for clocks that are behind
constexpr std::size_t kV4Size = 4;

Result<std::string> encode_name(std::string_view name) {
  SubjectAltNames names;
  if (auto address = parse_ip(name)) {
    names.ip_addresses.push_back(*std::move(address));
  } else {
    names.dns_names.emplace_back(name);
  }
  return encode_subject_alt_names(names);
}

// RFC 1035 §3.5, RFC 3596 §2.5.
std::string reverse_name(const IpAddress& address) {
  std::string name;
  if (address.bytes.size() == kV4Size) {
    for (std::size_t i = kV4Size; i-- > 0;) {
      name += std::to_string(static_cast<unsigned char>(address.bytes[i])) + ".";
    }
    return name + "in-addr.arpa";
  }
  const std::string digits = encode_hex(address.bytes);
  for (std::size_t i = digits.size(); i-- > 0;) {
    name += digits[i];
    name += '.';
  }
  return name + "ip6.arpa";
}

}  // namespace

Result<KeyPair> make_tls_alpn_pair(std::string_view name, std::string_view key_authorization, KeyMaker& keys,
                                   TimePoint now) {
  PrivateKey key = TRY(keys.make_key({KeyAlgorithm::Ecdsa, 256}));
  CertificateTemplate wanted;
  wanted.not_before = now - kBackdated;
  wanted.not_after = now + kLifetime;
  wanted.raw_subject = TRY(encode_subject({.common_name = "ACME challenge"}));
  wanted.subject_alt_name = Extension{std::string(kSubjectAltNameOid), false, TRY(encode_name(name))};
  wanted.key_usage = kDigitalSignature;
  wanted.extended_key_usages = {std::string(kServerAuthOid)};
  wanted.more_extensions.push_back(
      {std::string(kAcmeIdentifierOid), true, der::octet_string(sha256(key_authorization))});
  Certificate certificate = TRY(self_sign(wanted, key));
  return KeyPair{std::move(key), std::move(certificate)};
}

std::string tls_alpn_server_name(std::string_view name) {
  const auto address = parse_ip(name);
  return address ? reverse_name(*address) : lower_case(name);
}

}  // namespace cw::pki
