// AcmeSigner: has an Order made for each request to an ACME issuer, and takes the certificate from it
// (reference/controllers.md 2.7). The certificate's ca is left empty: the server does not tell it.
// Thread-safe.
#pragma once

#include <functional>
#include <string>

#include "controller/requests/signer.h"
#include "lib/api/order.h"
#include "lib/kube/client.h"
#include "lib/pki/pem.h"
#include "lib/watch/object_cache.h"

namespace cw::controller::requests {

using OrderCache = watch::ObjectCache<api::Order>;

class AcmeSigner final : public Signer {
 public:
  struct Parts {
    OrderCache& orders;
    kube::KubeWriter& writer;
    // What the new certificate takes the place of, as renewal information names it; empty: nothing, or the
    // server is not to be told. May ask the API server; called only when an Order is made.
    std::function<std::string(const api::CertificateRequest&)> replaced_certificate = {};
    pki::PemLimits limits = {};
  };
  // Adds its index to the cache: construct before it is filled.
  explicit AcmeSigner(Parts);

  SignOutcome sign(const api::CertificateRequest&, const api::Issuer&, TimePoint now) override;

 private:
  OrderCache::Pointer order_of(const api::CertificateRequest&) const;
  SignOutcome create(const api::CertificateRequest&, const api::AcmeIssuer&);
  SignOutcome take_certificate(const api::CertificateRequest&, const api::Order&);

  Parts parts_;
  OrderCache::Index by_owner_ = 0;
};

// What is wrong with a request for good: reason and text of its failure.
struct OrderProblem {
  std::string reason;
  std::string message;
};
// The Order for a request, without a name, and without what it replaces. Pure.
Result<api::Order, OrderProblem> make_order(const api::CertificateRequest&, const api::AcmeIssuer&,
                                            const pki::PemLimits& limits = {});

}  // namespace cw::controller::requests
