// Where the serving certificate comes from: two files, or a CA of our own that all replicas share in a
// Secret. refresh() is called at start and then at intervals, from one thread; the pair is put into the
// TlsIdentity, which connections made afterwards show. Source: reference/admission.md 3.8.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/http/tls_identity.h"
#include "lib/pki/serving.h"
#include "webhook/serving_authority.h"

namespace cw::webhook {

class ServingCertificate {
 public:
  ServingCertificate() = default;
  ServingCertificate(const ServingCertificate&) = delete;
  ServingCertificate& operator=(const ServingCertificate&) = delete;
  virtual ~ServingCertificate() = default;
  // Errors leave the pair in use as it is.
  virtual Status refresh() = 0;
  virtual std::string describe() const = 0;
};

struct CertificateFiles {
  std::string certificate;
  std::string private_key;
};
// Read anew at every refresh, exchanged only if the bytes differ.
std::unique_ptr<ServingCertificate> certificate_from_files(CertificateFiles,
                                                           std::shared_ptr<http::TlsIdentity>);

struct DynamicCertificate {
  std::vector<std::string> dns_names;
  std::chrono::seconds lifetime = std::chrono::hours(168);
};
// A leaf under the authority, its key in memory only. Made anew after two thirds of its life, or when the CA
// changes.
std::unique_ptr<ServingCertificate> certificate_from_authority(DynamicCertificate, ServingAuthority,
                                                               pki::KeyMaker&, const Clock&,
                                                               std::shared_ptr<http::TlsIdentity>);

}  // namespace cw::webhook
