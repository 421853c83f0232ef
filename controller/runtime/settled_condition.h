// settle_condition: set_condition for a condition that says "all is well". If it already says so, for the
// same reason and generation, it is left as it is whatever its message: taking over from another controller
// then costs no write.
#pragma once

#include "lib/base/clock.h"
#include "lib/kube/conditions.h"

namespace cw::controller::runtime {

inline void settle_condition(kube::List<kube::Condition>& conditions, kube::Condition condition,
                             TimePoint now) {
  const auto* existing = kube::find_condition(conditions, condition.type);
  const bool says_so = existing != nullptr && condition.status == kube::kConditionTrue &&
                       existing->status == condition.status && existing->reason == condition.reason &&
                       existing->observed_generation == condition.observed_generation;
  if (!says_so) kube::set_condition(conditions, std::move(condition), now);
}

}  // namespace cw::controller::runtime
