// Http01ClusterSolver: answers HTTP-01 challenges with a Pod, a Service and what leads to it (an Ingress or
// an HTTPRoute), as cert-manager does, and takes over what cert-manager has made. Thread-safe. Errors:
// Invalid (the solver's fields cannot work), or what the API server answered.
#pragma once

#include "controller/acme/http01_target.h"
#include "controller/acme/self_check.h"
#include "controller/acme/solver.h"
#include "lib/base/clock.h"
#include "lib/kube/client.h"

namespace cw::controller::acme {

class Http01ClusterSolver final : public ChallengeSolver {
 public:
  // All must outlive it. `reader` asks the API server itself, not a cache.
  Http01ClusterSolver(const kube::KubeReader& reader, kube::KubeWriter& writer, const SelfCheck& self_check,
                      const Clock& clock, Http01Options options)
      : reader_(reader),
        writer_(writer),
        self_check_(self_check),
        clock_(clock),
        options_(std::move(options)) {}

  Status present(const api::Challenge&, const SolverScope&) override;
  // Mends first what has been changed or deleted.
  Result<Visibility> check(const api::Challenge&, const SolverScope&) override;
  Status clean_up(const api::Challenge&, const SolverScope&) override;

 private:
  Result<std::string> settle(const api::Challenge&);

  const kube::KubeReader& reader_;
  kube::KubeWriter& writer_;
  const SelfCheck& self_check_;
  const Clock& clock_;
  const Http01Options options_;
};

}  // namespace cw::controller::acme
