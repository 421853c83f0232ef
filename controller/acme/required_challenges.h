// The Challenges that an Order needs, and which of those that it has are of use. Pure.
// Source: reference/controllers.md 5.2 (7–9), 5.3.
#pragma once

#include <string>
#include <vector>

#include "controller/acme/order_view.h"
#include "lib/base/result.h"

namespace cw::controller::acme {

// One for each authorization that was not valid from the start, as it is to be created, but for its key.
// Errors are those of choose_solver.
Result<std::vector<api::Challenge>> required_challenges(const OrderView&);

struct ChallengeMatch {
  std::vector<api::Challenge> missing;    // can be created now
  std::vector<ChallengePointer> useless;  // to be deleted
  std::vector<ChallengePointer> answers;  // of those required, as far as they are there
  bool complete = false;                  // every one that is required is there
};
// One that was made before (by another controller too) answers if it is for the same challenge of the server
// by the same solver, or has already come to an end. What takes the place of one with another solver is
// created once that one has cleaned up: both would put up the same answer.
ChallengeMatch match_challenges(const std::vector<api::Challenge>& required,
                                const std::vector<ChallengePointer>& owned);

}  // namespace cw::controller::acme
