// Signs X.509 v3 certificates (RFC 5280) from a template. Extension order is Go's x509.CreateCertificate.
// Pure but for the random serial; thread-safe.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/pki/certificate.h"
#include "lib/pki/extensions.h"
#include "lib/pki/private_key.h"

namespace cw::pki {

struct CertificateTemplate {
  std::string serial = {};  // big-endian, positive, at most 20 bytes; empty: random_serial()
  TimePoint not_before = {};
  TimePoint not_after = {};
  std::string raw_subject = {};                       // DER Name, copied byte for byte
  std::optional<Extension> subject_alt_name = {};     // value copied byte for byte; critical iff no subject
  BasicConstraints basic_constraints = {};            // always present, critical
  KeyUsage key_usage = 0;                             // critical; 0: no extension
  std::vector<std::string> extended_key_usages = {};  // dotted OIDs
  std::optional<Extension> name_constraints = {};     // value and criticality copied
  std::vector<std::string> crl_distribution_points = {};  // URLs
  std::vector<std::string> ocsp_servers = {};
  std::vector<std::string> issuing_certificate_urls = {};
  std::vector<Extension> more_extensions = {};  // of other kinds; last, as they are
};

// 20 random bytes, top bit clear.
std::string random_serial();
// RFC 7093 §2 method 1: the first 160 bits of the SHA-256 of the key bits.
std::string subject_key_id(const PublicKey&);

// Looks at what is about to be signed: the very bytes, under the signature of a key that is thrown away. An
// error ends it: the real key has signed nothing then.
using Inspect = std::function<Status(const Certificate& rehearsed)>;

// Signs with the issuer's key; the issuer certificate gives the issuer name and the AKI. Invalid: the key is
// not the certificate's, an RSA key below 2048 bits, a serial above 20 bytes, a URL that is not ASCII.
Result<Certificate> sign_certificate(const CertificateTemplate&, const PublicKey& subject_key,
                                     const Certificate& issuer, const PrivateKey& issuer_key,
                                     const Inspect& inspect = {});
// Issuer = subject.
Result<Certificate> self_sign(const CertificateTemplate&, const PrivateKey&, const Inspect& inspect = {});

}  // namespace cw::pki
