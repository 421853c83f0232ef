// CertificateSpec -> what its certificate request contains (reference/controllers.md 1.7 "CSR content",
// "Keys"). Pure; thread-safe.
#pragma once

#include <string>

#include "lib/api/certificate.h"
#include "lib/base/result.h"
#include "lib/pki/csr.h"
#include "lib/pki/private_key.h"

namespace cw::issuance {

// The feature gates that count here, with their defaults.
struct CsrTemplateOptions {
  bool literal_subject = true;     // LiteralCertificateSubject
  bool other_names = true;         // OtherNames
  bool name_constraints = true;    // NameConstraints
  bool basic_constraints = false;  // UseCertificateRequestBasicConstraints
};

// Invalid, naming the field: names nothing, an unparsable literal subject, IP address or range, an unknown
// usage or algorithm. What only the encoding shows (not ASCII, not an OID, not a URI) is found by
// pki::Csr::build.
Result<pki::CsrTemplate> csr_template(const api::CertificateSpec&, const CsrTemplateOptions& options = {});

// Why no request is made although there is a template: a member that the spec still has from the time when
// its gate was on, and that the request would lack. Empty: nothing of the kind.
std::string gated_member(const api::CertificateSpec&, const CsrTemplateOptions&);

// spec.privateKey with its defaults filled in. Invalid: unknown algorithm, size out of range.
Result<pki::KeySpec> key_spec(const api::CertificateSpec&);
// spec.privateKey.encoding; PKCS1 if empty.
pki::KeyEncoding key_encoding(const api::CertificateSpec&);

}  // namespace cw::issuance
