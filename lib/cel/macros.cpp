#include <array>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "lib/cel/parser.h"

namespace cw::cel {
namespace {

struct Rule {
  std::string_view name;
  std::size_t arguments;  // without the receiver
  std::size_t variables;
  Macro macro;
};

// With a third or fourth argument beyond the variables: a filter in front of what is made.
constexpr std::array<Rule, 6> kRules{{{"all", 2, 1, Macro::All},
                                      {"exists", 2, 1, Macro::Exists},
                                      {"exists_one", 2, 1, Macro::ExistsOne},
                                      {"map", 2, 1, Macro::Map},
                                      {"map", 3, 1, Macro::Map},
                                      {"filter", 2, 1, Macro::Filter}}};

constexpr std::array<Rule, 13> kKubernetesRules{{{"all", 3, 2, Macro::All},
                                                 {"exists", 3, 2, Macro::Exists},
                                                 {"existsOne", 3, 2, Macro::ExistsOne},
                                                 {"exists_one", 3, 2, Macro::ExistsOne},
                                                 {"transformList", 3, 2, Macro::Map},
                                                 {"transformList", 4, 2, Macro::Map},
                                                 {"transformMap", 3, 2, Macro::TransformMap},
                                                 {"transformMap", 4, 2, Macro::TransformMap},
                                                 {"transformMapEntry", 3, 2, Macro::TransformEntry},
                                                 {"transformMapEntry", 4, 2, Macro::TransformEntry},
                                                 {"sortBy", 2, 1, Macro::SortBy},
                                                 {"optMap", 2, 1, Macro::OptionalMap},
                                                 {"optFlatMap", 2, 1, Macro::OptionalFlatMap}}};

std::string expand_has(Node& call, std::uint32_t& at) {
  const Node& argument = *call.children.front();
  if (argument.kind != NodeKind::Select || argument.is_optional) {
    at = argument.offset;
    return "invalid argument to has() macro";
  }
  call.kind = NodeKind::Test;
  call.name = argument.name;
  call.children = {argument.children.front()};
  return {};
}

// What is wrong with the name of a variable; empty: nothing.
std::string_view variable_problem(const Node& variable, Macro macro) {
  if (variable.kind != NodeKind::Name) {
    if (macro == Macro::OptionalMap) return "optMap() variable name must be a simple identifier";
    if (macro == Macro::OptionalFlatMap) return "optFlatMap() variable name must be a simple identifier";
    return "argument must be a simple name";
  }
  const bool hides = variable.name == "__result__" || variable.name == "@result";
  return hides ? "iteration variable overwrites accumulator variable" : "";
}

std::string expand(Node& call, const Rule& rule, std::uint32_t& at) {
  for (std::size_t i = 1; i <= rule.variables; ++i) {
    at = call.children[i]->offset;
    if (const auto problem = variable_problem(*call.children[i], rule.macro); !problem.empty())
      return std::string(problem);
  }
  const std::string_view first = call.children[1]->name;
  if (rule.variables == 2) {
    call.second = call.children[2]->name;
    if (call.second == first) return "duplicate variable name: " + std::string(first);
  }
  call.kind = NodeKind::Fold;
  call.macro = rule.macro;
  call.name = first;
  // map(x, filter, transform): the transform is the body.
  std::vector<Node*> children{call.children[0], call.children.back()};
  if (rule.arguments > rule.variables + 1) children.push_back(call.children[rule.variables + 1]);
  call.children = std::move(children);
  return {};
}

const Rule* rule_of(const Node& call, std::span<const Rule> rules) {
  for (const Rule& rule : rules) {
    if (rule.name == call.name && rule.arguments + 1 == call.children.size()) return &rule;
  }
  return nullptr;
}

}  // namespace

std::string expand_macro(Node& call, Dialect dialect, std::uint32_t& at) {
  if (!call.is_member) {
    return call.name == "has" && !call.is_absolute && call.children.size() == 1 ? expand_has(call, at)
                                                                                : std::string();
  }
  const Rule* rule = rule_of(call, kRules);
  if (rule == nullptr && dialect == Dialect::Kubernetes) rule = rule_of(call, kKubernetesRules);
  return rule == nullptr ? std::string() : expand(call, *rule, at);
}

}  // namespace cw::cel
