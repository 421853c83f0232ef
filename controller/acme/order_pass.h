// OrderPass: carries one Order as far as it goes without waiting. What it learns is stored at its end, and
// before it does what a restart would do again. One object a pass.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "controller/acme/memory.h"
#include "controller/acme/order_decide.h"
#include "controller/acme/order_view.h"
#include "controller/runtime/events.h"
#include "controller/runtime/workers.h"
#include "lib/acme/client.h"
#include "lib/base/result.h"
#include "lib/kube/client.h"

namespace cw::controller::acme {

// Deletes that one and no later one of its name; it may be gone already.
Status remove_challenge(kube::KubeWriter&, const api::Challenge&);

class OrderPass {
 public:
  struct Parts {
    kube::KubeWriter& writer;
    runtime::EventSink& events;
    Memory<OrderMemory>& memory;
    Pace pace;
    TimePoint now;
    TlsAlpn01 tls_alpn01;
    // The server does not know the account. True: the issuer will see to it, and the Order is looked at then.
    std::function<bool()> account_lost;
  };
  // All of it outlives the pass.
  OrderPass(const Parts&, const api::Order&, const api::AcmeIssuer&, std::vector<ChallengePointer>,
            wire::AcmeClient&);

  Result<runtime::Outcome> run();

  // What has ended the pass; nullopt: it goes on.
  using Ended = std::optional<Result<runtime::Outcome>>;
  Ended operator()(const Rest&);
  Ended operator()(const WaitForServer&);
  Ended operator()(const RequestOrder&);
  Ended operator()(const FetchAuthorizations&);
  Ended operator()(const LookAtOrder&);
  Ended operator()(const Fail&);
  Ended operator()(const TellSolver&);
  Ended operator()(const CreateChallenges&);
  Ended operator()(const DeleteChallenges&);
  Ended operator()(const Finalize&);
  Ended operator()(const FetchCertificate&);

 private:
  Result<runtime::Outcome> steps();
  // Refused for good: the Order fails, and the pass goes on. Else the pass ends.
  Ended failed(const wire::Failure&, std::string_view prefix);
  Result<std::string> preferred_chain(const wire::CertificateChain&, std::optional<wire::Failure>&);
  std::string key_of_challenge(const api::ChallengeSpec&) const;
  Status save();
  void announce(runtime::EventType, std::string_view reason, std::string message);

  const Parts& parts_;
  wire::AcmeClient& client_;
  OrderView view_;
  api::OrderStatus saved_;
  std::string version_;
  std::vector<runtime::Event> events_;
};

}  // namespace cw::controller::acme
