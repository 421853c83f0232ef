// ChallengeSolver: makes the answer to a challenge visible where the CA will look, sees whether it is, and
// takes it away again. One for each type of challenge. present and clean_up may be repeated at will, and
// after a crash at any point. Implementations are thread-safe, never throw outwards and keep no state that a
// restart would miss.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "lib/api/challenge.h"
#include "lib/base/result.h"

namespace cw::controller::acme {

// Where the credentials of the issuer are, and what it may use beside them.
struct SolverScope {
  std::string resource_namespace;
  bool ambient_credentials = false;
};

struct Visibility {
  bool visible = false;
  std::string reason = {};                         // if not: what is missing where, for people
  std::optional<std::chrono::seconds> look_again;  // when it may have changed; nullopt: the caller's choice
};

class ChallengeSolver {
 public:
  ChallengeSolver() = default;
  ChallengeSolver(const ChallengeSolver&) = delete;
  ChallengeSolver& operator=(const ChallengeSolver&) = delete;
  virtual ~ChallengeSolver() = default;
  virtual Status present(const api::Challenge&, const SolverScope&) = 0;
  // The CA's view. An error is "not yet" too: it is told and tried again.
  virtual Result<Visibility> check(const api::Challenge&, const SolverScope&) = 0;
  virtual Status clean_up(const api::Challenge&, const SolverScope&) = 0;
};

}  // namespace cw::controller::acme
