// Distinguished names (RFC 5280 §4.1.2.4): built from the subject fields of a Certificate in the order of
// Go's crypto/x509/pkix, or from an RFC 4514 string; read back from DER. Types are dotted OIDs, values UTF-8
// text. Pure; thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"

namespace cw::pki {

struct SubjectFields {
  std::vector<std::string> countries = {};
  std::vector<std::string> organizations = {};
  std::vector<std::string> organizational_units = {};
  std::vector<std::string> localities = {};
  std::vector<std::string> provinces = {};
  std::vector<std::string> street_addresses = {};
  std::vector<std::string> postal_codes = {};
  std::string common_name = {};
  std::string serial_number = {};
  bool operator==(const SubjectFields&) const = default;
};

struct NameAttribute {
  std::string type;  // "2.5.4.3"; in a LiteralName as written
  std::string value;
  bool operator==(const NameAttribute&) const = default;
};
using RelativeName = std::vector<NameAttribute>;
// In the order of the DER.
using DistinguishedName = std::vector<RelativeName>;

// DER of a Name. C, O, OU, L, ST, STREET, postalCode, CN, serialNumber; values of one type share one RDN.
// Invalid: a value that is not UTF-8.
Result<std::string> encode_subject(const SubjectFields&);
// DER of a Name; PrintableString where the value allows it, else UTF8String. Invalid: a type that is no OID.
Result<std::string> encode_name(const DistinguishedName&);

// Invalid: not one DER Name, or a value that is no character string of the kinds that Go reads in
// certificates.
Result<DistinguishedName> parse_name(std::string_view der);
// The fields of pkix.Name; of several common names or serial numbers the last wins.
SubjectFields subject_fields(const DistinguishedName&);
// RFC 4514 text, as Go's pkix.RDNSequence.String.
std::string text_of(const DistinguishedName&);

// spec.literalSubject: syntax only (CRT-10), by go-ldap's rules; RDNs come out reversed, types as written.
Result<DistinguishedName> parse_literal_name(std::string_view text);
// "CN" -> "2.5.4.3"; a dotted number as it is; nullopt if neither (CRT-12). Case-sensitive.
std::optional<std::string> find_attribute_type(std::string_view type);
// parse_literal_name with each type replaced by its OID. Invalid if a type is unknown.
Result<DistinguishedName> parse_literal_subject(std::string_view text);

inline constexpr std::string_view kCommonNameOid = "2.5.4.3";
// Last one in DER order; empty if there is none.
std::string common_name(const DistinguishedName&);

}  // namespace cw::pki
