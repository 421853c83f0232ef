// X.509 v3 extensions (RFC 5280 §4.2) as values: one encoder and one strict decoder each. Decoders take the
// content of extnValue, refuse trailing bytes, and answer Invalid with a reason. Rules of strictness follow
// Go crypto/x509. Pure; thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"
#include "lib/pki/ip_address.h"

namespace cw::pki {

struct Extension {
  std::string oid;  // dotted
  bool critical = false;
  std::string value;  // DER inside the octet string
  bool operator==(const Extension&) const = default;
};

inline constexpr std::string_view kSubjectKeyIdOid = "2.5.29.14";
inline constexpr std::string_view kKeyUsageOid = "2.5.29.15";
inline constexpr std::string_view kSubjectAltNameOid = "2.5.29.17";
inline constexpr std::string_view kBasicConstraintsOid = "2.5.29.19";
inline constexpr std::string_view kNameConstraintsOid = "2.5.29.30";
inline constexpr std::string_view kCrlDistributionPointsOid = "2.5.29.31";
inline constexpr std::string_view kAuthorityKeyIdOid = "2.5.29.35";
inline constexpr std::string_view kExtendedKeyUsageOid = "2.5.29.37";
inline constexpr std::string_view kAuthorityInfoAccessOid = "1.3.6.1.5.5.7.1.1";

const Extension* find_extension(const std::vector<Extension>&, std::string_view oid);

// otherName: a type and a value; utf8_value is set when the value is a UTF8String.
struct OtherName {
  std::string type_id;                    // dotted OID
  std::optional<std::string> utf8_value;  // what is encoded
  std::string value_der = {};             // as read; ignored when encoding
  bool operator==(const OtherName&) const = default;
};

// Encoded in the order of these members, as cert-manager does.
struct SubjectAltNames {
  std::vector<std::string> dns_names = {};
  std::vector<std::string> email_addresses = {};
  std::vector<IpAddress> ip_addresses = {};
  std::vector<std::string> uris = {};
  std::vector<OtherName> other_names = {};
  bool empty() const;
  bool operator==(const SubjectAltNames&) const = default;
};
// Invalid: a name that is not ASCII (RFC 5280 IA5String), an OID that is none.
Result<std::string> encode_subject_alt_names(const SubjectAltNames&);
// Refuses an IP address that is not 4 or 16 bytes, a name that is not ASCII, an unparsable URI. General names
// of other kinds are skipped.
Result<SubjectAltNames> decode_subject_alt_names(std::string_view der);

struct BasicConstraints {
  bool is_ca = false;
  std::optional<int> path_length = {};
  bool operator==(const BasicConstraints&) const = default;
};
std::string encode_basic_constraints(const BasicConstraints&);
Result<BasicConstraints> decode_basic_constraints(std::string_view der);

// Bit n of RFC 5280 §4.2.1.3 is 1 << n.
using KeyUsage = std::uint16_t;
inline constexpr KeyUsage kDigitalSignature = 1U << 0U;
inline constexpr KeyUsage kContentCommitment = 1U << 1U;
inline constexpr KeyUsage kKeyEncipherment = 1U << 2U;
inline constexpr KeyUsage kDataEncipherment = 1U << 3U;
inline constexpr KeyUsage kKeyAgreement = 1U << 4U;
inline constexpr KeyUsage kCertSign = 1U << 5U;
inline constexpr KeyUsage kCrlSign = 1U << 6U;
inline constexpr KeyUsage kEncipherOnly = 1U << 7U;
inline constexpr KeyUsage kDecipherOnly = 1U << 8U;
std::string encode_key_usage(KeyUsage);
// Bits beyond the nine are dropped, as Go drops them.
Result<KeyUsage> decode_key_usage(std::string_view der);

// Dotted OIDs in order.
Result<std::string> encode_extended_key_usage(const std::vector<std::string>& oids);
Result<std::vector<std::string>> decode_extended_key_usage(std::string_view der);

struct NameConstraintSet {
  std::vector<std::string> dns_domains = {};
  std::vector<IpRange> ip_ranges = {};
  std::vector<std::string> email_addresses = {};
  std::vector<std::string> uri_domains = {};
  bool empty() const;
  bool operator==(const NameConstraintSet&) const = default;
};
struct NameConstraints {
  bool critical = false;
  NameConstraintSet permitted = {};
  NameConstraintSet excluded = {};
  bool operator==(const NameConstraints&) const = default;
};
Result<std::string> encode_name_constraints(const NameConstraints&);
// `critical` is left false: it is not in these bytes.
Result<NameConstraints> decode_name_constraints(std::string_view der);

std::string encode_subject_key_id(std::string_view id);
Result<std::string> decode_subject_key_id(std::string_view der);
std::string encode_authority_key_id(std::string_view id);
// Empty if the extension has no keyIdentifier.
Result<std::string> decode_authority_key_id(std::string_view der);

Result<std::string> encode_crl_distribution_points(const std::vector<std::string>& urls);
Result<std::string> encode_authority_info_access(const std::vector<std::string>& ocsp_servers,
                                                 const std::vector<std::string>& issuing_certificate_urls);

}  // namespace cw::pki
