#include "lib/cel/program.h"

#include <algorithm>

#include "lib/base/encoding.h"
#include "lib/cel/checker.h"
#include "lib/cel/evaluation.h"
#include "lib/cel/parser.h"
#include "lib/cel/prepare.h"
#include "lib/cel/text.h"

namespace cw::cel {
namespace {

constexpr std::size_t kShownIssues = 3;

Issue issue_at(std::string_view source, const Mistake& mistake) {
  const std::size_t offset = std::min(mistake.offset, source.size());
  const std::string_view before = source.substr(0, offset);
  const std::size_t line_start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  Issue issue;
  issue.line = 1 + static_cast<int>(std::count(before.begin(), before.end(), '\n'));
  issue.column = 1 + static_cast<int>(characters(before.substr(line_start)));
  issue.message = mistake.message;
  return issue;
}

CompileError error_of(std::string_view source, const std::vector<Mistake>& mistakes) {
  CompileError error;
  for (const Mistake& mistake : mistakes) error.issues.push_back(issue_at(source, mistake));
  return error;
}

std::string place(const Issue& issue) {
  return std::to_string(issue.line) + ":" + std::to_string(issue.column);
}

}  // namespace

struct Program::Impl {
  Impl(std::string_view text, const Environment& in) : source(text), environment(in) {}
  std::string source;
  const Environment& environment;
  Nodes nodes;
  const Node* root = nullptr;
  std::size_t slots = 0;
};

std::string CompileError::text() const {
  std::string all;
  for (std::size_t i = 0; i < issues.size() && i < kShownIssues; ++i)
    all += (all.empty() ? "" : "; ") + place(issues[i]) + ": " + issues[i].message;
  return all;
}

Result<Program, CompileError> Program::compile(std::string_view source, const Environment& environment,
                                               const Type& wanted) {
  if (!is_valid_utf8(source)) return CompileError{{{1, 1, "the expression is not valid UTF-8"}}};
  if (characters(source) > kMaxSource)
    return CompileError{{{1, 1, "the expression is longer than 100,000 characters"}}};
  auto impl = std::make_shared<Impl>(source, environment);
  auto root = parse(impl->source, impl->nodes, environment.dialect);
  if (!root) return error_of(source, {std::move(root).error()});
  Checker checker(environment);
  if (const auto mistakes = checker.run(**root, wanted); !mistakes.empty()) return error_of(source, mistakes);
  for (Node& node : impl->nodes) node.shape = nullptr;
  prepare(**root, environment.dialect);
  impl->root = *root;
  impl->slots = checker.slots();
  return Program(std::move(impl));
}

bool Program::reads(std::size_t variable) const {
  return std::any_of(impl_->nodes.begin(), impl_->nodes.end(), [&](const Node& node) {
    return node.kind == NodeKind::Variable && node.slot == static_cast<int>(variable);
  });
}

Result<Value> Program::evaluate(const std::vector<Value>& bindings, const Limits& limits) const {
  if (bindings.size() != impl_->environment.variables.size())
    return Error{Code::Invalid, "the expression needs a value for each of its variables"};
  Evaluation run(impl_->environment, impl_->slots, bindings, limits);
  Value room;
  const Value* value = run.value(*impl_->root, room);
  if (limits.spent != nullptr) *limits.spent += run.spent();
  if (value != nullptr) return *value;
  const Failure& failure = run.failure();
  std::string message = std::string(failure.text) + failure.detail;
  if (!is_valid_utf8(message)) message = failure.text;
  if (failure.at == nullptr) return Error{Code::Invalid, message};
  return Error{Code::Invalid, place(issue_at(impl_->source, {failure.at->offset, {}})) + ": " + message};
}

}  // namespace cw::cel
