// ChallengePass: carries one Challenge as far as it goes without waiting. What is put up is taken down again,
// whatever becomes of it: our finalizer stays until then. One object a pass.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "controller/acme/challenge_decide.h"
#include "controller/acme/find_client.h"
#include "controller/acme/memory.h"
#include "controller/acme/slots.h"
#include "controller/runtime/events.h"
#include "controller/runtime/workers.h"
#include "lib/kube/client.h"

namespace cw::controller::acme {

struct ChallengeOptions {
  std::chrono::seconds check_retry_period{10};  // the longest time between two looks at an answer
  std::string cluster_resource_namespace = {};
  bool issuer_ambient_credentials = false;
  bool cluster_issuer_ambient_credentials = true;
};

// Where the solver finds credentials. Needs no issuer: one that is gone does not keep answers standing.
SolverScope scope_of(const api::Challenge&, const ChallengeOptions&);

// Of a Challenge that bears the mark api::kTlsAlpn01Annotation, whatever its type.
inline constexpr std::string_view kTlsAlpn01Solver = "TLS-ALPN-01";

class ChallengePass {
 public:
  struct Parts {
    const issuers::IssuerDirectory& directory;
    const issuers::AcmeClients& clients;
    const std::map<std::string, ChallengeSolver*>& solvers;  // by spec.type, or kTlsAlpn01Solver
    kube::KubeWriter& writer;
    runtime::EventSink& events;
    Slots& slots;
    Memory<ChallengeMemory>& memory;
    const ChallengeOptions& options;
    Pace pace;
    TimePoint now;
  };
  // All of it outlives the pass.
  ChallengePass(const Parts&, const api::Challenge&);

  Result<runtime::Outcome> run();

  // What has ended the pass; nullopt: it goes on.
  using Ended = std::optional<Result<runtime::Outcome>>;
  Ended operator()(const Idle&);
  Ended operator()(const WaitFor&);
  Ended operator()(const Queue&);
  Ended operator()(const HoldOpen&);
  Ended operator()(const Present&);
  Ended operator()(const Check&);
  Ended operator()(const Accept&);
  Ended operator()(const LookAtAuthorization&);
  Ended operator()(const CleanUp&);
  Ended operator()(const SettleStatus&);
  Ended operator()(const LetGo&);

 private:
  Result<runtime::Outcome> steps();
  bool is_over() const;  // deleted, or in a final state
  Result<Served> served() const;
  ChallengeSolver* solver() const;
  // Looks at the authorization; after a refused accept too.
  Ended look(wire::AcmeClient&, const std::optional<wire::Failure>& refusal);
  Ended put_off(const wire::Failure&);
  void announce_end();
  Status write_finalizers(kube::List<std::string>);
  Status save();
  void announce(runtime::EventType, std::string_view reason, std::string message);

  const Parts& parts_;
  kube::ObjectKey key_;
  ChallengeView view_;
  api::ChallengeStatus saved_;
  std::vector<runtime::Event> events_;
};

}  // namespace cw::controller::acme
