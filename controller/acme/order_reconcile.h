// OrderReconciler: makes an order at the ACME server of each Order, Challenges for what is not authorized
// yet, and the certificate of both. Writes Orders' status, creates and deletes Challenges; an Order's spec
// never changes. Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "controller/acme/memory.h"
#include "controller/acme/order_view.h"
#include "controller/issuers/acme_clients.h"
#include "controller/issuers/issuer_directory.h"
#include "controller/runtime/events.h"
#include "controller/runtime/workers.h"
#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/kube/client.h"

namespace cw::controller::acme {

class OrderReconciler {
 public:
  struct Parts {
    OrderCache& orders;
    ChallengeCache& challenges;
    const issuers::IssuerDirectory& directory;
    issuers::AcmeClients& clients;
    kube::KubeWriter& writer;
    runtime::EventSink& events;
    const Clock& clock;
    static constexpr Pace kPace{.first = milliseconds(100), .last = milliseconds(5000)};
    Pace pace = kPace;
    TlsAlpn01 tls_alpn01 = TlsAlpn01::Never;
  };
  // Adds its indexes to the caches: construct before they are filled.
  explicit OrderReconciler(Parts);

  Result<runtime::Outcome> reconcile(const kube::ObjectKey&);

  // Orders that are not finished and may go on now that this issuer, or its client, has changed.
  std::vector<kube::ObjectKey> waiting_for_issuer(const kube::ObjectKey& issuer) const;
  // The Order that controls it.
  static std::optional<kube::ObjectKey> order_of(const api::Challenge&);

 private:
  std::vector<ChallengePointer> challenges_of(const kube::ObjectKey& order) const;
  Status clear_away(const kube::ObjectKey& order);

  Parts parts_;
  OrderCache::Index by_issuer_ = 0;
  ChallengeCache::Index by_order_ = 0;
  Memory<OrderMemory> memory_;
};

}  // namespace cw::controller::acme
