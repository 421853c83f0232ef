// Http01BoardSolver: answers HTTP-01 challenges from this process, which needs no cluster. What is on the
// board is lost with the process; check puts it there again. Thread-safe.
#pragma once

#include "controller/acme/self_check.h"
#include "controller/acme/solver.h"
#include "controller/acme/token_board.h"
#include "lib/base/clock.h"

namespace cw::controller::acme {

class Http01BoardSolver final : public ChallengeSolver {
 public:
  // All must outlive it.
  Http01BoardSolver(TokenBoard& board, const SelfCheck& self_check, const Clock& clock)
      : board_(board), self_check_(self_check), clock_(clock) {}

  Status present(const api::Challenge&, const SolverScope&) override;
  Result<Visibility> check(const api::Challenge&, const SolverScope&) override;
  Status clean_up(const api::Challenge&, const SolverScope&) override;

 private:
  TokenBoard& board_;
  const SelfCheck& self_check_;
  const Clock& clock_;
};

}  // namespace cw::controller::acme
