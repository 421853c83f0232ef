// RenewalInfoSource: asks ACME servers when certificates want to be renewed (RFC 9773), apart from the passes
// over Certificates, for a server may take its time. What it learns is in memory until the pass has put it
// into the status. Thread-safe.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "controller/certificates/acme_renewal.h"
#include "controller/certificates/observe.h"
#include "controller/issuers/acme_clients.h"
#include "controller/issuers/issuer_directory.h"
#include "controller/runtime/events.h"
#include "controller/runtime/workers.h"
#include "lib/base/clock.h"
#include "lib/kube/client.h"
#include "lib/pki/certificate.h"
#include "lib/pki/pem.h"

namespace cw::controller {

class RenewalInfoSource {
 public:
  struct Parts {
    const certificates::CertificateCache& certificates;
    const kube::KubeReader& reader;
    const issuers::IssuerDirectory& directory;
    const issuers::AcmeClients& clients;
    runtime::EventSink& events;
    const Clock& clock;
    bool enabled = true;  // gate ACMEUseARI
    pki::PemLimits limits = {};
  };
  explicit RenewalInfoSource(Parts parts) : parts_(std::move(parts)) {}

  // For the observer. Reads caches and memory.
  std::optional<certificates::AcmeRenewal> find(const api::Certificate&) const;
  // Asks, once. An error of the server's is news too. True: there is news that a pass should see.
  Result<bool> ask(const kube::ObjectKey& certificate);
  void forget(const kube::ObjectKey& certificate);
  // The identifier of the certificate that a renewal replaces (the field "replaces" of newOrder); empty:
  // there is none, it is another issuer's, or its server is not to be told. Reads the Secret.
  std::string replaced_certificate(const api::Certificate&) const;

 private:
  struct Known {
    certificates::RenewalNews news;
    unsigned failures = 0;  // in a row
  };
  Result<std::optional<pki::Certificate>> read_certificate(const api::Certificate&) const;
  api::CertificateAcmeRenewalInfo failed(const api::Certificate&, const ::cw::acme::Failure&,
                                         unsigned failures) const;

  Parts parts_;
  mutable std::mutex mutex_;
  std::map<kube::ObjectKey, Known> known_;
};

}  // namespace cw::controller
