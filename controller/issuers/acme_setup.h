// AcmeSetup: brings an ACME issuer to a registered account, step by step in the field's order: the server's
// URL, the account's key (made if it may be), the solvers' Secrets, the account itself. Asks the server
// nothing when the status tells of the very account. Source: reference/controllers.md 4.2. Thread-safe.
#pragma once

#include <optional>
#include <string>

#include "controller/issuers/acme_clients.h"
#include "controller/issuers/issuer_directory.h"
#include "controller/issuers/readiness.h"
#include "lib/api/issuer.h"
#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/kube/client.h"
#include "lib/pki/private_key.h"

namespace cw::controller::issuers {

class AcmeSetup {
 public:
  struct Parts {
    const IssuerDirectory& directory;
    const kube::KubeReader& reader;
    kube::KubeWriter& writer;
    pki::KeyMaker& key_maker;
    AcmeClients& clients;
    MakeAcmeClient make_client;
    const Clock& clock;
    pki::PemLimits limits = {};
  };
  explicit AcmeSetup(Parts parts) : parts_(std::move(parts)) {}

  // Of an issuer of that type: its Ready condition, the account for its status, and when to look again.
  IssuerDecision set_up(const api::Issuer&);
  // The issuer is gone, or is of another type now.
  void forget(const kube::ObjectKey& issuer) { parts_.clients.forget(issuer); }

 private:
  Parts parts_;
};

}  // namespace cw::controller::issuers
