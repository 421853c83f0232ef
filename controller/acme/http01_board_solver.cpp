#include "controller/acme/http01_board_solver.h"

#include "controller/acme/http01_target.h"

namespace cw::controller::acme {

Status Http01BoardSolver::present(const api::Challenge& challenge, const SolverScope& /*unused*/) {
  if (!is_token(challenge.spec.token)) return Error{Code::Invalid, "spec.token: is not base64url"};
  return board_.put(challenge.spec.dns_name, challenge.spec.token, challenge.spec.key);
}

Result<Visibility> Http01BoardSolver::check(const api::Challenge& challenge, const SolverScope& scope) {
  TRY(present(challenge, scope));
  Visibility seen = self_check_.look(challenge.spec);
  if (!seen.visible) seen.look_again = next_look(challenge.status.presented_at, clock_.now());
  return seen;
}

Status Http01BoardSolver::clean_up(const api::Challenge& challenge, const SolverScope& /*unused*/) {
  board_.remove(challenge.spec.dns_name, challenge.spec.token, challenge.spec.key);
  return Done{};
}

}  // namespace cw::controller::acme
