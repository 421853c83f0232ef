// MatchConditions: CEL expressions that say of a request whether a webhook is asked about it. Immutable;
// thread-safe. Source: k8s.io/apiserver pkg/admission/plugin/{cel,webhook/matchconditions}.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "lib/cel/program.h"
#include "lib/kube/json.h"

namespace cw::apiserver::webhooks {

using kube::Json;

// What they may speak of, in this order.
struct ConditionInput {
  cel::Value object;
  cel::Value old_object;
  cel::Value request;
  cel::Value authorizer;
};

class MatchConditions {
 public:
  // Of the list `matchConditions`. One that does not compile fails when it is evaluated.
  static MatchConditions compile(const Json& conditions, const cel::Environment&);

  bool empty() const { return conditions_.empty(); }
  // Whether all hold: false as soon as one is false. Invalid: none is false, but of some it cannot be said.
  Result<bool> evaluate(const ConditionInput&) const;

 private:
  struct Condition {
    std::string expression;
    std::optional<cel::Program> program;
    std::string problem;  // without a program
  };
  std::vector<Condition> conditions_;
};

// What is wrong with an expression, as cel-go tells it; nullopt: nothing.
std::optional<std::string> condition_problem(std::string_view expression);

// "request": who wants what, as webhooks are told it, without the objects.
cel::Value request_value(const Json& request);

}  // namespace cw::apiserver::webhooks
