// AcmeWorld: what ACME needs beside the API server: ACME servers, name servers, the APIs of DNS providers,
// and where HTTP-01 answers are put. Injected, so that tests can do without any of it. SystemAcmeWorld is the
// real one. All of it is thread-safe.
#pragma once

#include <memory>
#include <optional>

#include "controller/acme/pace.h"
#include "controller/acme/solver.h"
#include "controller/acme_metrics.h"
#include "controller/acme_options.h"
#include "controller/issuers/acme_clients.h"
#include "lib/base/clock.h"
#include "lib/dns/lookup.h"
#include "lib/http/fetch.h"

namespace cw::controller {

struct AcmeWorld {
  issuers::MakeAcmeClient make_client;
  http::HttpFetch* cloud_apis = nullptr;
  http::HttpFetch* self_check = nullptr;  // sees names as the CA does, follows redirects, trusts any server
  dns::DnsLookup* lookup = nullptr;
  // Null: as the options say, in pods of the cluster and at the DNS providers.
  acme::ChallengeSolver* http01 = nullptr;
  acme::ChallengeSolver* dns01 = nullptr;
  acme::ChallengeSolver* tls_alpn01 = nullptr;  // null: nothing is answered so
  // Even where nobody has asked for it by an annotation.
  bool prefer_tls_alpn01 = false;
  std::optional<acme::Pace> pace =
      {};  // of looks at what servers do; nullopt: as Orders and Challenges like it
  const AcmeRequestMetrics* requests = nullptr;  // null: not counted
};

class SystemAcmeWorld {
 public:
  SystemAcmeWorld(const AcmeOptions&, const Clock&);
  SystemAcmeWorld(const SystemAcmeWorld&) = delete;
  SystemAcmeWorld& operator=(const SystemAcmeWorld&) = delete;
  ~SystemAcmeWorld();

  // To be changed, if at all, before anything uses it.
  AcmeWorld& world();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace cw::controller
