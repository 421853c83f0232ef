// plan: all decisions of one pass over a Certificate, merged into one ordered list of actions with at most
// one status write. Pure and total.
#pragma once

#include <optional>

#include "controller/certificates/actions.h"
#include "controller/certificates/view.h"
#include "lib/base/clock.h"

namespace cw::controller::certificates {

struct Plan {
  Actions actions = {};
  std::optional<TimePoint> look_again = {};
};

Plan plan(View, TimePoint now);

}  // namespace cw::controller::certificates
