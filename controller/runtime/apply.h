// apply_in_order: carries out what a decision asked for. Stops at the first failure: decisions are ordered so
// that any prefix of their actions is a state from which the next pass reaches the same end.
#pragma once

#include <variant>
#include <vector>

#include "lib/base/result.h"

namespace cw::controller::runtime {

// `executor` has one `Status execute(const A&)` for each alternative of the variant.
template <typename... Actions, typename Executor>
Status apply_in_order(const std::vector<std::variant<Actions...>>& actions, Executor& executor) {
  for (const auto& action : actions) {
    TRY(std::visit([&](const auto& alternative) { return executor.execute(alternative); }, action));
  }
  return Done{};
}

}  // namespace cw::controller::runtime
