// CaSigner: signs with the key pair of a CA issuer's Secret (reference/controllers.md 2.3). Thread-safe.
#pragma once

#include "controller/issuers/ca_key_pair.h"
#include "controller/issuers/issuer_directory.h"
#include "controller/requests/signer.h"

namespace cw::controller::requests {

class CaSigner final : public Signer {
 public:
  CaSigner(const issuers::IssuerDirectory& directory, issuers::CaKeyPairs& key_pairs)
      : directory_(directory), key_pairs_(key_pairs) {}
  SignOutcome sign(const api::CertificateRequest&, const api::Issuer&, TimePoint now) override;

 private:
  const issuers::IssuerDirectory& directory_;
  issuers::CaKeyPairs& key_pairs_;
};

// With the key pair at hand. Draws a serial; otherwise pure.
SignOutcome sign_with(const issuers::CaKeyPair&, const api::CertificateRequest&, const api::CaIssuer&,
                      TimePoint now);

}  // namespace cw::controller::requests
