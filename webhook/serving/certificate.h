// ServingCertificate: where the certificate of a listener comes from: two files, or a CA of our own that all
// replicas share in a Secret. refresh() is called at start and then again and again, from one thread; the
// pair is put into the TlsIdentity, which connections made afterwards show. Source:
// reference/admission.md 3.8.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/http/tls_identity.h"
#include "webhook/serving/configurations.h"

namespace cw::webhook {

// Whether API servers trust the certificate shown, as far as their webhook configurations tell.
enum class Trust : std::uint8_t {
  Unknown,  // there is none of ours, or they may not be read: nothing can be said
  Missing,  // not, or not in all of them
  Fresh,    // in all of them, but for so short a time that an API server may not have noticed
  Settled,
};

class ServingCertificate {
 public:
  ServingCertificate() = default;
  ServingCertificate(const ServingCertificate&) = delete;
  ServingCertificate& operator=(const ServingCertificate&) = delete;
  virtual ~ServingCertificate() = default;
  // Errors leave a pair in use that works.
  virtual Status refresh() = 0;
  // When refresh() is wanted next, if it was well and nothing happens before.
  virtual std::chrono::seconds rest() const = 0;
  // Where something may happen that makes it wanted at once. As of the last refresh().
  virtual std::vector<Followed> followed() const = 0;
  virtual Trust trust() const = 0;  // thread-safe
  virtual std::string describe() const = 0;
};

struct CertificateFiles {
  std::string certificate;
  std::string private_key;
};
// Read anew at every refresh, exchanged only if the bytes differ and the two belong together.
std::unique_ptr<ServingCertificate> certificate_from_files(CertificateFiles,
                                                           std::shared_ptr<http::TlsIdentity>);

}  // namespace cw::webhook
