// Leaf: the certificate under a CA of our own that a listener shows. Its key is made anew each time and never
// leaves memory. Source: reference/admission.md 3.8.2. Not thread-safe.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/http/tls_identity.h"
#include "lib/pki/serving.h"

namespace cw::webhook {

struct DynamicCertificate {
  std::vector<std::string> dns_names;  // an IP address becomes one in the certificate
  std::chrono::seconds lifetime = std::chrono::hours(168);
};

class Leaf {
 public:
  // The references must outlive this.
  Leaf(DynamicCertificate options, pki::KeyMaker& keys, const Clock& clock,
       std::shared_ptr<http::TlsIdentity> identity)
      : options_(std::move(options)), keys_(keys), clock_(clock), identity_(std::move(identity)) {}

  // Makes one under that CA; connections made from now on see it. Invalid if the CA has expired.
  Status show(const pki::KeyPair& ca);
  // Two thirds of its life are over, or there is none.
  TimePoint due() const { return due_; }

 private:
  DynamicCertificate options_;
  pki::KeyMaker& keys_;
  const Clock& clock_;
  std::shared_ptr<http::TlsIdentity> identity_;
  TimePoint due_;
};

}  // namespace cw::webhook
