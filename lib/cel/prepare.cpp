#include "lib/cel/prepare.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "lib/cel/evaluation.h"
#include "lib/cel/pattern.h"

namespace cw::cel {
namespace {

constexpr std::uint64_t kListCost = 10;
constexpr std::uint64_t kMapCost = 30;
// Patterns of one source that are compiled with it; more are compiled when they are used, at its cost.
constexpr std::uint64_t kPatternWork = Pattern::kMostWork;

// cel-go joins a variable, or any value, with the fields and indices after it to one "attribute". It costs 1,
// and 1 for each of them; right under ?: the first 1 is not counted.
bool is_attribute(const Node& node) {
  return node.kind == NodeKind::Variable || node.kind == NodeKind::Select || node.kind == NodeKind::Test ||
         (node.kind == NodeKind::Call && node.op == Op::Index);
}

bool takes_pattern(Op op) { return op == Op::Matches || op == Op::Find || op == Op::FindAll; }

class Preparation {
 public:
  explicit Preparation(Dialect dialect) : dialect_(dialect) {}

  void visit(Node& node, bool is_branch) {
    switch (node.kind) {
      case NodeKind::Variable:
        node.cost = is_branch ? 0 : 1;
        return;
      case NodeKind::Select:
      case NodeKind::Test:
        node.constant = Value::of(node.name);
        node.cost = 1;
        attribute(node, is_branch);
        // Kubernetes keeps to what has() cost once.
        if (node.kind == NodeKind::Test && dialect_ == Dialect::Kubernetes) --node.cost;
        return;
      case NodeKind::Conditional:
        visit(*node.children[0], false);
        visit(*node.children[1], is_attribute(*node.children[1]));
        return visit(*node.children[2], is_attribute(*node.children[2]));
      case NodeKind::Call:
        return call(node, is_branch);
      case NodeKind::List:
      case NodeKind::Map:
        node.cost = node.kind == NodeKind::List ? kListCost : kMapCost;
        for (Node* child : node.children) visit(*child, false);
        fold_constants(node);
        // Made once, by Kubernetes before it counts.
        if (is_constant(node) && dialect_ == Dialect::Kubernetes) node.cost = 0;
        return;
      default:
        for (Node* child : node.children) visit(*child, false);
    }
  }

 private:
  void attribute(Node& node, bool is_branch) {
    Node& operand = *node.children.front();
    const bool continues = is_attribute(operand);
    if (!continues && operand.kind != NodeKind::Conditional && !is_branch) ++node.cost;
    visit(operand, continues && is_branch);
  }

  void call(Node& node, bool is_branch) {
    if (node.op == Op::Index) {
      Node& index = *node.children[1];
      const bool counts_itself = is_attribute(index) || index.kind == NodeKind::Conditional;
      node.cost = counts_itself ? 0 : 1;
      visit(index, false);
      return attribute(node, is_branch);
    }
    for (Node* child : node.children) visit(*child, false);
    const bool converts = node.op >= Op::ToBool && node.op <= Op::ToUint && node.op != Op::ToDyn;
    if (converts && dialect_ == Dialect::Kubernetes && node.children[0]->kind == NodeKind::Constant)
      node.rule = CostRule::Nothing;
    if (!takes_pattern(node.op) || node.children[1]->kind != NodeKind::Constant) return;
    const Text* text = node.children[1]->constant.as<Text>();
    if (text == nullptr || pattern_work_ + Pattern::work_expected(view(*text)) > kPatternWork) return;
    node.pattern = std::make_shared<const Pattern>(view(*text));
    pattern_work_ += node.pattern->work_to_compile();
  }

  // Of constants alone; of a map the evaluation may still make it, to see keys that are wrong.
  static bool is_constant(const Node& node) {
    return node.kind == NodeKind::Constant ||
           std::all_of(node.children.begin(), node.children.end(), [](const Node* child) {
             return child->kind == NodeKind::Constant && !child->is_spread;
           });
  }

  // A list or map of constants is made once. Its elements' own lists still cost.
  static void fold_constants(Node& node) {
    std::uint64_t cost = node.cost;
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      const Node& child = *node.children[i];
      if (child.kind != NodeKind::Constant || child.is_spread) return;
      // Keys may be wrong, or twice: the evaluation sees to that.
      if (node.kind == NodeKind::Map && i % 2 == 0 &&
          (node.children.size() > 2 || child.constant.as<Text>() == nullptr))
        return;
      cost += child.cost;
    }
    if (node.kind == NodeKind::List) {
      auto elements = std::make_shared<std::vector<Value>>();
      for (const Node* child : node.children) elements->push_back(child->constant);
      node.constant = Value(Value::Variant(ListValue(std::move(elements))));
    } else {
      auto entries = std::make_shared<std::vector<std::pair<Value, Value>>>();
      for (std::size_t i = 0; i + 1 < node.children.size(); i += 2)
        entries->emplace_back(node.children[i]->constant, node.children[i + 1]->constant);
      node.constant = Value(Value::Variant(MapValue{std::move(entries)}));
    }
    node.kind = NodeKind::Constant;
    node.cost = cost;
  }

  Dialect dialect_;
  std::uint64_t pattern_work_ = 0;
};

}  // namespace

void prepare(Node& root, Dialect dialect) { Preparation(dialect).visit(root, false); }

}  // namespace cw::cel
