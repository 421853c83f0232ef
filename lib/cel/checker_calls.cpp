#include <algorithm>

#include "lib/cel/checker.h"
#include "lib/cel/format.h"

namespace cw::cel {
namespace {

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : ", ") + text;
  return all;
}

}  // namespace

bool Checker::is_function(std::string_view name) const {
  const auto is_in = [&](const std::vector<Function>& functions) {
    return std::any_of(functions.begin(), functions.end(),
                       [&](const Function& function) { return function.name == name; });
  };
  return !overloads_of(name, environment_.dialect).empty() || is_in(environment_.functions) ||
         (environment_.library != nullptr && is_in(*environment_.library));
}

bool Checker::accepts(const Overload& overload, const std::vector<const Shape*>& arguments,
                      const Shape*& result) {
  const Shape* parameters[2] = {nullptr, nullptr};  // NOLINT(modernize-avoid-c-arrays)
  wanted_.clear();
  for (std::string_view letters = overload.arguments; !letters.empty();)
    wanted_.push_back(shapes_.spelled(letters, parameters));
  if (!shapes_.assignable(arguments, wanted_)) return false;
  std::string_view letters = overload.result;
  result = shapes_.resolved(shapes_.spelled(letters, parameters), false);
  return true;
}

bool Checker::accepts(const Function& function, const std::vector<const Shape*>& arguments,
                      const Shape*& result) {
  wanted_.clear();
  for (const Type& argument : function.arguments) wanted_.push_back(shapes_.of(argument));
  if (!shapes_.assignable(arguments, wanted_)) return false;
  result = shapes_.of(function.result);
  return true;
}

std::string Checker::signature(const Node& call) {
  std::vector<std::string> texts;
  for (const Node* child : call.children) texts.push_back(text(child->shape));
  if (!call.is_member) return "(" + joined(texts) + ")";
  const std::string receiver = texts.front();
  texts.erase(texts.begin());
  return receiver + ".(" + joined(texts) + ")";
}

void Checker::check_call(Node& node) {
  if (node.is_member) {
    // strings.quote(x): a function whose name has dots, not a receiver.
    const Node& receiver = *node.children.front();
    const auto prefix = qualified(receiver);
    const std::string name = prefix ? *prefix + "." + std::string(node.name) : std::string();
    if (prefix && is_function(name)) {
      node.is_member = false;
      node.children.erase(node.children.begin());
      check_children(node);
      return resolve(node, name);
    }
  }
  check_children(node);
  if (is_function(node.name)) return resolve(node, node.name);
  wrong(node, "undeclared reference to '" + std::string(node.name) + "'");
  node.shape = shapes_.error();
}

void Checker::resolve(Node& node, std::string_view name) {
  std::vector<const Shape*> arguments;
  for (const Node* child : node.children) arguments.push_back(child->shape);
  const Shape* result = nullptr;
  const Shape* shape = nullptr;
  const auto take = [&] {
    if (result == nullptr) {
      result = shape;
    } else if (!result->is_any() && !Shapes::same(result, shape)) {
      result = shapes_.of(Kind::Dyn);
    }
  };
  std::size_t found = 0;
  const auto consider = [&](const std::vector<const Overload*>& overloads) {
    for (const Overload* overload : overloads) {
      if (overload->is_member != node.is_member || !accepts(*overload, arguments, shape)) continue;
      take();
      node.op = overload->op;
      node.gives = ++found == 1 ? overload->result : std::string_view();
      // Kubernetes counts by the name of the function, cel-go by its overload.
      const bool is_sure = found == 1 || (is_kubernetes() && overload->cost == node.rule);
      node.rule = is_sure ? overload->cost : CostRule::One;
    }
  };
  consider(overloads_of(name, environment_.dialect));
  // As cel-go: its checker forgets at the first macro that only numbers of one type have an order.
  if (has_macro_ || is_kubernetes()) consider(mixed_orders_of(name));
  const auto consider_hosts = [&](const std::vector<Function>& functions) {
    for (const Function& function : functions) {
      if (function.name != name || function.is_member != node.is_member) continue;
      if (!accepts(function, arguments, shape)) continue;
      take();
      if (found == 0) node.op = Op::Host;
      node.hosts.push_back(&function);
    }
  };
  consider_hosts(environment_.functions);
  if (environment_.library != nullptr) consider_hosts(*environment_.library);
  if (result == nullptr) {
    wrong(node,
          "found no matching overload for '" + std::string(name) + "' applied to '" + signature(node) + "'");
    result = shapes_.error();
  } else if (node.op == Op::Index) {
    check_index(*node.children[1]);
  } else if (node.op == Op::Format) {
    const Node* at = &node;
    if (auto problem = format_mistake(node, environment_.dialect, at)) wrong(*at, *std::move(problem));
  }
  node.shape = result;
}

// Constants that are no index whatever they are applied to: cel-go refuses them before it runs.
void Checker::check_index(const Node& index) {
  if (index.kind != NodeKind::Constant) return;
  const Value& value = index.constant;
  if (value.as<Null>() == nullptr && value.as<BytesValue>() == nullptr && value.as<TypeValue>() == nullptr)
    return;
  wrong(index, "invalid index of type '" + text(index.shape) + "'");
}

void Checker::check_conditional(Node& node) {
  check_children(node);
  const Shape* any = shapes_.variable();
  std::vector<const Shape*> arguments;
  for (const Node* child : node.children) arguments.push_back(child->shape);
  if (shapes_.assignable(arguments, {shapes_.of(Kind::Bool), any, any})) {
    node.shape = shapes_.resolved(any, false);
    return;
  }
  wrong(node, "found no matching overload for '" + std::string(kConditional) + "' applied to '" +
                  signature(node) + "'");
  node.shape = shapes_.error();
}

}  // namespace cw::cel
