// SelfSigner: signs a request with the very key that made it, read from the Secret that the request's
// annotation names, in the request's namespace (reference/controllers.md 2.4). What it is about to sign is
// linted first. Thread-safe.
#pragma once

#include <string>

#include "controller/requests/signer.h"
#include "controller/runtime/events.h"
#include "lib/kube/client.h"
#include "lib/pki/private_key.h"

namespace cw::controller::requests {

class SelfSigner final : public Signer {
 public:
  SelfSigner(const kube::KubeReader& reader, runtime::EventSink& events, const pki::PemLimits& limits = {})
      : reader_(reader), events_(events), limits_(limits) {}
  SignOutcome sign(const api::CertificateRequest&, const api::Issuer&, TimePoint now) override;

 private:
  Result<pki::PrivateKey> read_key(const kube::ObjectKey& secret) const;
  void warn_of_empty_subject(const api::CertificateRequest&);

  const kube::KubeReader& reader_;
  runtime::EventSink& events_;
  pki::PemLimits limits_;
};

// The Secret that the annotation names; empty name if it names none.
kube::ObjectKey key_secret_of(const api::CertificateRequest&);

}  // namespace cw::controller::requests
