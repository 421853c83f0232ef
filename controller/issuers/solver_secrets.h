// Which Secrets a solver of an ACME issuer takes its credentials from. Pure.
// Source: reference/controllers.md 6.3 (InvalidSolver).
#pragma once

#include <string>
#include <vector>

#include "lib/api/solver.h"

namespace cw::controller::issuers {

struct SolverSecret {
  std::string field;  // "dns01.cloudflare.apiTokenSecretRef"
  std::string name;   // of the Secret, in the issuer's resource namespace
  std::string key;
  bool operator==(const SolverSecret&) const = default;
};

std::vector<SolverSecret> solver_secrets(const api::Solver&);

}  // namespace cw::controller::issuers
