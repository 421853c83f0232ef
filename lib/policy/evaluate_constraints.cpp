#include <string>
#include <utility>

#include "lib/kube/field_error.h"
#include "lib/policy/evaluate_parts.h"
#include "lib/policy/words.h"

namespace cw::policy {
namespace {

// "of at most 24h", "of at least 1h", "from 1h to 24h".
std::string wanted_duration(const api::PolicyConstraints& constraints) {
  const auto& shortest = constraints.min_duration;
  const auto& longest = constraints.max_duration;
  if (shortest && longest) return "from " + short_duration(*shortest) + " to " + short_duration(*longest);
  return longest ? "of at most " + short_duration(*longest) : "of at least " + short_duration(*shortest);
}

void check_duration(const api::PolicyConstraints& constraints, const std::optional<Duration>& asked,
                    std::vector<Failure>& failures) {
  const auto fail = [&](std::string field, std::string detail) {
    failures.push_back({std::move(field), asked ? kube::quoted(short_duration(*asked)) : "",
                        std::move(detail), false, "state spec.duration " + wanted_duration(constraints)});
  };
  if (constraints.max_duration && (!asked || *asked > *constraints.max_duration)) {
    fail("spec.constraints.maxDuration", (asked ? "longer than " : "no duration is stated; at most ") +
                                             short_duration(*constraints.max_duration));
  }
  if (constraints.min_duration && (!asked || *asked < *constraints.min_duration)) {
    fail("spec.constraints.minDuration", (asked ? "shorter than " : "no duration is stated; at least ") +
                                             short_duration(*constraints.min_duration));
  }
}

void check_key(const api::ConstrainedPrivateKey& wanted, const KeyView& key, std::vector<Failure>& failures) {
  if (wanted.algorithm && *wanted.algorithm != key.algorithm) {
    failures.push_back({"spec.constraints.privateKey.algorithm", kube::quoted(key.algorithm),
                        "must be " + *wanted.algorithm, false,
                        "set spec.privateKey.algorithm to " + *wanted.algorithm});
  }
  const auto size = [&](std::string field, std::string relation, std::int64_t limit) {
    failures.push_back(
        {std::move(field), std::to_string(key.size),
         "must be " + relation + " " + std::to_string(limit) + " bits", false,
         "use a key of " + relation + " " + std::to_string(limit) + " bits (spec.privateKey.size)"});
  };
  if (wanted.max_size && *wanted.max_size < key.size) {
    size("spec.constraints.privateKey.maxSize", "at most", *wanted.max_size);
  }
  if (wanted.min_size && *wanted.min_size > key.size) {
    size("spec.constraints.privateKey.minSize", "at least", *wanted.min_size);
  }
}

}  // namespace

void evaluate_constraints(const RunnablePolicy& policy, const RequestFacts& facts, Evaluation& evaluation) {
  const std::optional<api::PolicyConstraints>& constraints = policy.object().spec.constraints;
  if (!constraints) return;
  check_duration(*constraints, facts.view.duration, evaluation.failures);
  if (!constraints->private_key) return;
  if (facts.key_is_known()) {
    check_key(*constraints->private_key, facts.view.key, evaluation.failures);
  } else {
    evaluation.error = "the algorithm of the request's public key is not known";
  }
}

}  // namespace cw::policy
