// Does what exists still match what the Certificate asks for? Answers are the paths of the spec fields that
// differ, in a fixed order; empty = matches. Errors (Invalid): what exists, or the spec itself, cannot be
// decoded. Pure; thread-safe. Source: cert-manager pkg/util/pki/match.go.
#pragma once

#include <string>
#include <vector>

#include "lib/api/certificate.h"
#include "lib/api/certificate_request.h"
#include "lib/base/result.h"
#include "lib/pki/certificate.h"
#include "lib/pki/pem.h"
#include "lib/pki/public_key.h"

namespace cw::issuance {

// Strict, on the CSR inside the request (reference/controllers.md 1.4).
Result<std::vector<std::string>> request_violations(const api::CertificateRequestSpec&,
                                                    const api::CertificateSpec&,
                                                    const pki::PemLimits& limits = {});

// Fuzzy, on an issued certificate (1.5): issuers may have moved the common name or dropped subject fields.
std::vector<std::string> certificate_violations(const pki::Certificate&, const api::CertificateSpec&);

// "spec.privateKey.algorithm", "spec.privateKey.size". Invalid: the spec itself is out of range.
Result<std::vector<std::string>> key_violations(const pki::PublicKey&, const api::CertificateSpec&);

}  // namespace cw::issuance
