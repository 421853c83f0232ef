// A change of a record set that others change too: read, changed and written back, again while another was
// quicker.
#pragma once

#include "lib/base/result.h"

namespace cw::dns01 {

// `change`: () -> Result<…>. Conflict after the last round is Unavailable.
template <typename Change>
auto repeated_on_conflict(Change&& change) -> decltype(change()) {
  constexpr int kRounds = 3;
  auto done = change();
  for (int round = 1; round < kRounds && !done && done.error().code == Code::Conflict; ++round)
    done = change();
  if (!done && done.error().code == Code::Conflict) return Error{Code::Unavailable, done.error().message};
  return done;
}

}  // namespace cw::dns01
