// plan: all decisions of one pass over a Certificate, merged into one ordered list of actions with at most
// one status write. Pure and total.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "controller/certificates/actions.h"
#include "controller/certificates/view.h"
#include "lib/base/clock.h"

namespace cw::controller::certificates {

// An issuance that is over when the actions are: what is remembered of it beyond the pass.
struct Completed {
  std::string reason;            // why it was begun
  std::chrono::seconds took{0};  // since then
  bool is_first = false;         // of this Certificate
  bool is_due_at_once = false;   // what it brought has to be renewed right away
  bool operator==(const Completed&) const = default;
};

struct Plan {
  Actions actions = {};
  std::optional<TimePoint> look_again = {};
  std::optional<Completed> completed = {};
};

Plan plan(View, TimePoint now);

// After a pass that could not be carried out: tells the user of View::setback, and does nothing else.
Plan tell_setback(View, TimePoint now);

}  // namespace cw::controller::certificates
