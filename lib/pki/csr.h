// pki::Csr: an immutable PKCS#10 certificate request (RFC 2986), built from a template or parsed as strictly
// as Go's x509.ParseCertificateRequest. What is judged are the bytes that were signed. Cheap to copy;
// thread-safe to read.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"
#include "lib/pki/extensions.h"
#include "lib/pki/name.h"
#include "lib/pki/pem.h"
#include "lib/pki/private_key.h"
#include "lib/pki/public_key.h"

namespace cw::pki {

struct CsrTemplate {
  std::string raw_subject = {};                                // DER Name, see name.h
  SubjectAltNames subject_alt_names = {};                      // none: no extension
  std::optional<BasicConstraints> basic_constraints = {};      // nullopt: no extension
  std::optional<KeyUsage> key_usage = {};                      // nullopt: no extension
  std::vector<std::string> extended_key_usages = {};           // dotted OIDs; none: no extension
  std::optional<NameConstraints> name_constraints = {};        // nullopt: no extension
  std::optional<SignatureAlgorithm> signature_algorithm = {};  // nullopt: by the key
  bool operator==(const CsrTemplate&) const = default;
};

class Csr {
 public:
  // Order of extensions: SAN (critical iff the subject is empty), key usage (critical), extended key usage,
  // basic constraints (critical), name constraints.
  static Result<Csr> build(const CsrTemplate&, const PrivateKey&);

  // First PEM block of any type; text behind it is ignored. Invalid: too large (CRQ-06), no block (CRQ-07),
  // not a request for Go (CRQ-08: bad DER, trailing DER, broken key of a known algorithm, bad subject, an
  // extension requested twice, malformed SAN). The two stages apart: pem::check_pem_size and parse_der.
  static Result<Csr> parse_pem(std::string_view pem, const PemLimits& limits = {});
  static Result<Csr> parse_der(std::string_view der);

  const std::string& der() const;
  std::string to_pem() const;  // CERTIFICATE REQUEST

  // CRQ-09: the request is signed by its own key. Invalid: unknown or MD5 algorithm, algorithm that does not
  // fit the key, wrong signature. SHA-1 is accepted; RSA-PSS needs a salt as long as the hash.
  Status verify_signature() const;

  const std::string& raw_subject() const;
  const DistinguishedName& subject() const;
  std::string common_name() const { return pki::common_name(subject()); }
  // nullopt: a key of an algorithm that this program does not know.
  const std::optional<PublicKey>& public_key() const;
  const SubjectAltNames& subject_alt_names() const;

  // As requested, in order, nothing interpreted. SAN: find_extension(extensions(), kSubjectAltNameOid).
  const std::vector<Extension>& extensions() const;

  // The next four: nullopt = not requested; Invalid = malformed or trailing data (CRQ-10).
  Result<std::optional<BasicConstraints>> basic_constraints() const;
  Result<std::optional<KeyUsage>> key_usage() const;
  Result<std::optional<std::vector<std::string>>> extended_key_usages() const;  // every OID, in order
  Result<std::optional<NameConstraints>> name_constraints() const;

  struct Impl;

 private:
  explicit Csr(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;
};

}  // namespace cw::pki
