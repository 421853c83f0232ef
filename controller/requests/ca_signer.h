// CaSigner: signs with the key pair of a CA issuer's Secret (reference/controllers.md 2.3). Thread-safe.
#pragma once

#include "controller/issuers/ca_key_pair.h"
#include "controller/issuers/issuer_directory.h"
#include "controller/requests/signer.h"

namespace cw::controller::requests {

class CaSigner final : public Signer {
 public:
  CaSigner(const issuers::IssuerDirectory& directory, issuers::CaKeyPairs& key_pairs,
           const pki::PemLimits& limits = {})
      : directory_(directory), key_pairs_(key_pairs), limits_(limits) {}
  SignOutcome sign(const api::CertificateRequest&, const api::Issuer&, TimePoint now) override;

 private:
  const issuers::IssuerDirectory& directory_;
  issuers::CaKeyPairs& key_pairs_;
  pki::PemLimits limits_;
};

// With the key pair at hand; the issuer is a CA issuer. Draws a serial; otherwise pure. Before the CA's key
// signs, the certificate is linted and held against the CA's path length and name constraints. It ends with
// its CA at the latest, unless an annotation of the issuer or the request lets it outlive it.
SignOutcome sign_with(const issuers::CaKeyPair&, const api::CertificateRequest&, const api::Issuer&,
                      TimePoint now, const pki::PemLimits& limits = {});

}  // namespace cw::controller::requests
