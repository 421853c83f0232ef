// A CEL source, a line with "---", and the text `self`; after "//kubernetes" in its dialect: mistakes and
// failures say where and are valid UTF-8, an evaluation gives the same whenever it runs, and what it spends
// is bounded.
#include <string_view>

#include "lib/base/encoding.h"
#include "lib/cel/program.h"
#include "tests/fuzz/targets.h"

namespace cw::fuzz {
namespace {

constexpr std::string_view kDivider = "\n---\n";
constexpr std::string_view kKubernetes = "//kubernetes";
// One step is charged after it has been made: a step over a large text may go beyond the limit by its own
// cost.
constexpr std::uint64_t kLimit = 100'000;

cel::Environment environment(cel::Dialect dialect) {
  const cel::Type text{cel::Kind::String};
  cel::Environment all;
  all.dialect = dialect;
  all.objects = {{"fuzz.Request", {{"name", text}, {"groups", {cel::Kind::List, {text}}}}}};
  all.variables = {{"self", text}, {"cr", {cel::Kind::Object, {}, "fuzz.Request"}}};
  all.functions = {{"isServiceAccount", false, {text}, {cel::Kind::Bool}, [](const auto& arguments) {
                      const bool yes = (**arguments[0].template as<cel::Text>()).starts_with("system:");
                      return Result<cel::Value>(cel::Value(cel::Value::Variant(yes)));
                    }}};
  return all;
}

void check_mistakes(std::string_view source, const cel::CompileError& error) {
  CW_ASSERT(!error.issues.empty() && is_valid_utf8(error.text()));
  std::size_t lines = 1;
  for (const char c : source) lines += c == '\n' ? 1 : 0;
  for (const cel::Issue& issue : error.issues) {
    CW_ASSERT(!issue.message.empty() && is_valid_utf8(issue.message));
    CW_ASSERT(issue.line >= 1 && static_cast<std::size_t>(issue.line) <= lines);
    CW_ASSERT(issue.column >= 1 && static_cast<std::size_t>(issue.column) <= source.size() + 1);
  }
}

struct Run {
  std::string outcome;
  std::uint64_t spent = 0;
};

Run run(const cel::Program& program, const std::vector<cel::Value>& bindings, std::uint64_t limit) {
  Run result;
  const auto value = program.evaluate(bindings, {limit, &result.spent});
  if (value) {
    CW_ASSERT(value->as<bool>() != nullptr);
    result.outcome = *value->as<bool>() ? "true" : "false";
  } else {
    CW_ASSERT(value.error().code == Code::Invalid && is_valid_utf8(value.error().message));
    result.outcome = value.error().message;
  }
  CW_ASSERT(result.spent <= limit + 1);
  return result;
}

}  // namespace

void cel(std::string_view input) {
  static const cel::Environment kStandardEnvironment = environment(cel::Dialect::Standard);
  static const cel::Environment kKubernetesEnvironment = environment(cel::Dialect::Kubernetes);
  const std::size_t divider = input.find(kDivider);
  const std::string_view source = input.substr(0, divider);
  const std::string_view self =
      divider == std::string_view::npos ? std::string_view() : input.substr(divider + kDivider.size());
  const cel::Environment& environment =
      source.starts_with(kKubernetes) ? kKubernetesEnvironment : kStandardEnvironment;
  const auto program = cel::Program::compile(source, environment, {cel::Kind::Bool});
  if (!program) return check_mistakes(source, program.error());
  auto fields = std::make_shared<std::vector<cel::Value>>();
  *fields = {cel::Value::of("request"), cel::Value::of(std::vector<std::string>{"devs"})};
  const std::vector<cel::Value> bindings{cel::Value::of(self),
                                         cel::Value(cel::ObjectValue{"fuzz.Request", fields})};
  const Run first = run(*program, bindings, kLimit);
  const Run second = run(*program, bindings, kLimit);
  CW_ASSERT(first.outcome == second.outcome && first.spent == second.spent);
  // A smaller limit only ever turns an answer into a failure.
  const Run strict = run(*program, bindings, 100);
  const bool stopped =
      strict.outcome.find("limit") != std::string::npos || strict.outcome.find("work") != std::string::npos;
  CW_ASSERT(stopped || strict.outcome == first.outcome);
}

}  // namespace cw::fuzz
