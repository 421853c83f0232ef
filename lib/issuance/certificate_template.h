// CertificateRequest + its CSR -> the template that CA and SelfSigned issuers sign
// (reference/controllers.md 2.3). Pure; thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lib/api/certificate_request.h"
#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/issuance/usages.h"
#include "lib/pki/csr.h"
#include "lib/pki/signer.h"

namespace cw::issuance {

struct RequestedCertificate {
  pki::CertificateTemplate certificate;
  pki::PublicKey key;
};

// What the issuer adds: spec.ca of an Issuer. For SelfSigned only crl_distribution_points.
struct IssuerUrls {
  std::vector<std::string> crl_distribution_points = {};
  std::vector<std::string> ocsp_servers = {};
  std::vector<std::string> issuing_certificate_urls = {};
};

// Invalid: undecodable CSR, bad signature, a requested extension that contradicts isCA or usages, unknown
// usages. Valid from `now` for spec.duration, 90 days if absent.
Result<RequestedCertificate> certificate_template(const api::CertificateRequestSpec&, const IssuerUrls&,
                                                  TimePoint now, const pki::PemLimits& limits = {});

// What a request may ask for by extensions: nothing, or exactly what its object says (CRQ-10…13). Invalid: a
// malformed or contradicting one; the text is for people.
Status check_requested_extensions(const pki::Csr&, IsCa, const Usages& expected);

}  // namespace cw::issuance
