#include "controller/acme/http01_cluster_solver.h"

#include "controller/acme/http01_objects.h"

namespace cw::controller::acme {

Result<std::string> Http01ClusterSolver::settle(const api::Challenge& challenge) {
  const Http01Target target = target_of(challenge);
  TRY(check_target(target, options_));
  return Http01Objects(reader_, writer_, options_, target).settle();
}

Status Http01ClusterSolver::present(const api::Challenge& challenge, const SolverScope& /*unused*/) {
  TRY(settle(challenge));
  return Done{};
}

Result<Visibility> Http01ClusterSolver::check(const api::Challenge& challenge,
                                              const SolverScope& /*unused*/) {
  const std::string trouble = TRY(settle(challenge));
  Visibility seen = self_check_.look(challenge.spec);
  if (seen.visible) return seen;
  if (!trouble.empty()) seen.reason = trouble + "; " + seen.reason;
  seen.look_again = next_look(challenge.status.presented_at, clock_.now());
  return seen;
}

Status Http01ClusterSolver::clean_up(const api::Challenge& challenge, const SolverScope& /*unused*/) {
  const Http01Target target = target_of(challenge);
  return Http01Objects(reader_, writer_, options_, target).remove();
}

}  // namespace cw::controller::acme
