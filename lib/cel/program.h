// Program: a CEL expression, parsed, checked and ready to run. Hostile input ends soon: source at most 64
// KiB, nesting, number of nodes and run-time cost bounded; matches() in linear time (RE2). Immutable,
// thread-safe. Source: CEL language definition; costs as cel-go counts them at run time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"
#include "lib/cel/environment.h"
#include "lib/cel/value.h"

namespace cw::cel {

// Where and what is wrong with a source: 1-based line and column in characters.
struct Issue {
  int line = 1;
  int column = 1;
  std::string message;
};

struct CompileError {
  std::vector<Issue> issues;  // at least one, in the order of the source
  // "1:5: undeclared reference to 'x'; 1:9: …", at most a few.
  std::string text() const;
};

struct Limits {
  std::uint64_t cost = 1'000'000;
  std::uint64_t* spent = nullptr;  // if given, what the evaluation cost is added to it, also on an error
};

class Program {
 public:
  // The environment must outlive the Program. `wanted`: the type that the result must have; dyn is refused.
  static Result<Program, CompileError> compile(std::string_view source, const Environment&,
                                               const Type& wanted);

  // One value a variable, in the order of Environment::variables. Error (Invalid): a run-time error, or the
  // cost went over the limit; its message says which.
  Result<Value> evaluate(const std::vector<Value>& bindings, const Limits& limits = {}) const;

  // Whether it speaks of that variable, by its place in Environment::variables.
  bool reads(std::size_t variable) const;

  struct Impl;

 private:
  explicit Program(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;
};

}  // namespace cw::cel
