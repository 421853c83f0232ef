#include <array>

#include "lib/cel/parser.h"

namespace cw::cel {
namespace {

struct Rule {
  std::string_view name;
  std::size_t arguments;  // without the receiver
  Macro macro;
};

constexpr std::array<Rule, 6> kRules{{{"all", 2, Macro::All},
                                      {"exists", 2, Macro::Exists},
                                      {"exists_one", 2, Macro::ExistsOne},
                                      {"map", 2, Macro::Map},
                                      {"map", 3, Macro::Map},
                                      {"filter", 2, Macro::Filter}}};

std::string_view expand_has(Node& call, std::uint32_t& at) {
  const Node& argument = *call.children.front();
  if (argument.kind != NodeKind::Select) {
    at = argument.offset;
    return "invalid argument to has() macro";
  }
  call.kind = NodeKind::Test;
  call.name = argument.name;
  call.children = {argument.children.front()};
  return {};
}

}  // namespace

std::string_view expand_macro(Node& call, std::uint32_t& at) {
  if (!call.is_member) {
    return call.name == "has" && !call.is_absolute && call.children.size() == 1 ? expand_has(call, at)
                                                                                : std::string_view();
  }
  for (const Rule& rule : kRules) {
    if (rule.name != call.name || rule.arguments + 1 != call.children.size()) continue;
    const Node& variable = *call.children[1];
    at = variable.offset;
    if (variable.kind != NodeKind::Name) return "argument must be a simple name";
    if (variable.name == "__result__") return "iteration variable overwrites accumulator variable";
    call.kind = NodeKind::Fold;
    call.macro = rule.macro;
    call.name = variable.name;
    // map(x, filter, transform): the transform is the body.
    if (rule.arguments == 3) {
      call.children = {call.children[0], call.children[3], call.children[2]};
    } else {
      call.children = {call.children[0], call.children[2]};
    }
    return {};
  }
  return {};
}

}  // namespace cw::cel
