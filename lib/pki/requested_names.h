// RequestedNames: all that a CSR asks a certificate to name, for those who decide whether it may. Csr (csr.h)
// is for signing and refuses what we would never sign; this reads as laxly as Go's x509 does and leaves
// nothing out: values of the Subject that are no text, otherNames of any type, kinds of names that nobody
// reads. Pure; thread-safe. Source: Go encoding/asn1 and crypto/x509; cert-manager pkg/util/pki/sans.go;
// reference/policy.md 1.3.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"
#include "lib/pki/csr.h"
#include "lib/pki/ip_address.h"
#include "lib/pki/pem.h"
#include "lib/pki/public_key.h"

namespace cw::pki {

// A value with the type that says what it is, as in the Subject or in an otherName.
struct RequestedValue {
  std::string type;                 // dotted OID
  std::optional<std::string> text;  // nullopt: its ASN.1 type is not read as text here
  std::string der;                  // of the value
  bool operator==(const RequestedValue&) const = default;
};

enum class OpaqueKind : std::uint8_t { X400Address, DirectoryName, EdiPartyName, RegisteredId };

struct RequestedNames {
  std::vector<RequestedValue> subject;  // in DER order; text of UTF8, Printable, IA5, Numeric, T61, BMP
  std::vector<std::string> dns_names;
  std::vector<std::string> email_addresses;
  std::vector<IpAddress> ip_addresses;
  std::vector<std::string> uris;            // as text_of_uri() writes them
  std::vector<RequestedValue> other_names;  // text of UTF8, Printable, IA5, T61 if it is UTF-8
  std::vector<OpaqueKind> opaque;
  // Why the subject alternative names cannot be decoded to their end; empty: they can. Then the last two
  // lists are not complete.
  std::string undecodable;
  bool operator==(const RequestedNames&) const = default;
};

struct Requested {
  RequestedNames names;
  std::optional<PublicKey> key;  // nullopt: of an algorithm that this program does not know
};

// Invalid: what Go's x509.ParseCertificateRequest refuses: no PEM block, bad DER, a broken key, a string with
// characters that its type does not have, an extension requested twice, a bad URI or IP address.
Result<Requested> parse_requested(std::string_view pem, const PemLimits& limits = {});

// What the CSR that Csr::build makes of the template asks for. Invalid where that fails.
Result<RequestedNames> requested_names(const CsrTemplate&);

}  // namespace cw::pki
