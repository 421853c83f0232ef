#include "lib/acme/problem.h"

namespace cw::acme {
namespace {

std::string describe_part(const Subproblem& part) {
  return (part.identifier.empty() ? "" : part.identifier + ": ") + part.type + ": " + part.detail;
}

}  // namespace

std::string describe(const Problem& problem) {
  std::string text = problem.status == 0 ? "" : std::to_string(problem.status) + " ";
  text += problem.type + ": " + problem.detail;
  for (const Subproblem& part : problem.subproblems) text += "; " + describe_part(part);
  return text;
}

Failure refused(Problem problem, std::optional<std::chrono::seconds> retry_after) {
  Failure failure{.kind = Failure::Kind::Refused, .message = describe(problem), .retry_after = retry_after};
  failure.problem = std::move(problem);
  return failure;
}

Failure malformed_answer(std::string what) {
  return {.kind = Failure::Kind::Malformed, .message = std::move(what)};
}

Failure unsupported(std::string what) {
  return {.kind = Failure::Kind::Unsupported, .message = std::move(what)};
}

}  // namespace cw::acme
