// The parts of evaluate.h: what is allowed, and the constraints.
#pragma once

#include <cstdint>
#include <vector>

#include "lib/policy/evaluate.h"
#include "lib/policy/request_facts.h"
#include "lib/policy/runnable_policy.h"

namespace cw::policy {

// What may still be spent on one policy: so that a policy with many costly rules, or many patterns, ends. Ten
// times the limit of a single rule; the field has no such limit, but a policy that comes near it would hold
// up everybody for a second.
struct Budget {
  std::uint64_t left = 10'000'000;
  // false: it is used up.
  bool spend(std::uint64_t cost) {
    left = cost < left ? left - cost : 0;
    return left > 0;
  }
};

void evaluate_allowed(const RunnablePolicy&, const RequestFacts&, Budget&, std::vector<Failure>&);
// A key of an unknown kind is an error if the policy has a constraint on keys.
void evaluate_constraints(const RunnablePolicy&, const RequestFacts&, Evaluation&);

}  // namespace cw::policy
