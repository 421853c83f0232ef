#include "lib/cel/checker.h"

#include <algorithm>
#include <array>

#include "lib/cel/literal_checks.h"

namespace cw::cel {
namespace {

constexpr std::size_t kMistakes = 10;

constexpr std::string_view kOptionalName = "optional_type";

constexpr std::array<std::string_view, 12> kTypeNames{"bool",
                                                      "bytes",
                                                      "double",
                                                      "int",
                                                      "list",
                                                      "map",
                                                      "null_type",
                                                      "string",
                                                      "type",
                                                      "uint",
                                                      "google.protobuf.Duration",
                                                      "google.protobuf.Timestamp"};

const Node& root_of(const Node& node) {
  const Node* root = &node;
  while (root->kind == NodeKind::Select && !root->is_optional) root = root->children.front();
  return *root;
}

}  // namespace

std::vector<Mistake> Checker::run(Node& root, const Type& wanted) {
  slots_ = environment_.variables.size();
  check(root);
  const Shape* shape = shapes_.resolved(root.shape, true);
  const Shape* expected = shapes_.of(wanted);
  if (mistakes_.empty() && !Shapes::same(shape, expected))
    wrong(root,
          "the result must be of type '" + Shapes::text(expected) + "', not '" + Shapes::text(shape) + "'");
  if (mistakes_.empty() && is_kubernetes()) mistakes_ = literal_mistakes(root, shapes_);
  if (shapes_.too_complex()) return {Mistake{0, "the types of the expression are too complex"}};
  std::stable_sort(mistakes_.begin(), mistakes_.end(),
                   [](const Mistake& a, const Mistake& b) { return a.offset < b.offset; });
  return std::move(mistakes_);
}

void Checker::wrong(const Node& node, std::string message) {
  if (mistakes_.size() < kMistakes) mistakes_.push_back({node.offset, std::move(message)});
}

void Checker::check(Node& node) {
  constexpr std::array<Kind, 10> kConstants{Kind::Null,   Kind::Bool,  Kind::Int,  Kind::Uint, Kind::Double,
                                            Kind::String, Kind::Bytes, Kind::List, Kind::Map,  Kind::Dyn};
  switch (node.kind) {
    case NodeKind::Constant:
      node.shape = shapes_.of(kConstants[std::min(node.constant.variant().index(), kConstants.size() - 1)]);
      return;
    case NodeKind::Name:
      return check_name(node);
    case NodeKind::Select:
    case NodeKind::Test:
      return check_select(node);
    case NodeKind::Call:
      return check_call(node);
    case NodeKind::And:
    case NodeKind::Or:
      return check_logical(node);
    case NodeKind::Conditional:
      return check_conditional(node);
    case NodeKind::List:
      return check_list(node);
    case NodeKind::Map:
      return check_map(node);
    case NodeKind::Fold:
      return node.macro >= Macro::OptionalMap ? check_optional_fold(node) : check_fold(node);
    case NodeKind::Variable:
      return;
  }
}

void Checker::check_children(Node& node) {
  for (Node* child : node.children) check(*child);
}

bool Checker::is_local(std::string_view name) const {
  return std::any_of(locals_.begin(), locals_.end(), [&](const Local& local) { return local.name == name; });
}

bool Checker::refer(Node& node, std::string_view name, bool is_absolute) {
  const auto variable = [&](std::size_t slot, const Shape* shape) {
    node.kind = NodeKind::Variable;
    node.slot = static_cast<int>(slot);
    node.shape = shape;
    node.children.clear();
    return true;
  };
  const auto type = [&](std::string_view constant_name) {
    node.kind = NodeKind::Constant;
    node.constant = Value(TypeValue{constant_name});
    node.shape = shapes_.of(Kind::Type);
    node.children.clear();
    return true;
  };
  for (std::size_t i = locals_.size(); i > 0 && !is_absolute; --i) {
    if (locals_[i - 1].name != name) continue;
    // As cel-go, which looks for a type of that name.
    if (shapes_.resolved(locals_[i - 1].shape, false)->kind == Kind::Type)
      wrong(node, "reference to undefined type '" + std::string(name) + "'");
    return variable(environment_.variables.size() + i - 1, locals_[i - 1].shape);
  }
  for (std::size_t i = 0; i < environment_.variables.size(); ++i) {
    if (environment_.variables[i].name == name)
      return variable(i, shapes_.of(environment_.variables[i].type));
  }
  for (const std::string_view known : kTypeNames) {
    if (known == name) return type(known);
  }
  for (const ObjectType& object : environment_.objects) {
    if (object.name == name && (object.is_named || !object.fields.empty())) return type(object.name);
  }
  if (is_kubernetes() && name == kOptionalName) return type(kOptionalName);
  return false;
}

void Checker::check_name(Node& node) {
  if (refer(node, node.name, node.is_absolute)) return;
  wrong(node, "undeclared reference to '" + std::string(node.name) + "'");
  node.shape = shapes_.error();
}

std::optional<std::string> Checker::qualified(const Node& node) const {
  const Node& root = root_of(node);
  if (root.kind != NodeKind::Name) return std::nullopt;
  std::vector<std::string_view> parts;
  for (const Node* at = &node; at != &root; at = at->children.front()) parts.push_back(at->name);
  std::string name(root.name);
  for (std::size_t i = parts.size(); i > 0; --i) name.append(".").append(parts[i - 1]);
  return name;
}

void Checker::check_select(Node& node) {
  if (node.kind == NodeKind::Select && !node.is_optional) {
    const Node& root = root_of(node);
    const bool may_be_name = root.kind == NodeKind::Name && (root.is_absolute || !is_local(root.name));
    if (may_be_name && refer(node, *qualified(node), true)) return;
  }
  check_children(node);
  const Shape* shape = select(node);
  const Shape* of = shapes_.resolved(node.children.front()->shape, false);
  if (node.is_optional || of->kind == Kind::Optional) shape = shapes_.optional(shape);
  node.shape = node.kind == NodeKind::Test ? shapes_.of(Kind::Bool) : shape;
}

const Shape* Checker::select(Node& node) {
  const Shape* of = shapes_.resolved(node.children.front()->shape, false);
  if (of->kind == Kind::Optional) of = shapes_.resolved(of->first, false);
  if (of->is_variable()) {
    (void)shapes_.assignable(shapes_.of(Kind::Dyn), of);
    return shapes_.of(Kind::Dyn);
  }
  if (of->is_any()) return shapes_.of(Kind::Dyn);
  if (of->kind == Kind::Map) return of->second;
  if (of->kind != Kind::Object) {
    wrong(node, "type '" + text(of) + "' does not support field selection");
    return shapes_.of(Kind::Dyn);
  }
  for (const ObjectType& object : environment_.objects) {
    if (object.name != of->object) continue;
    for (std::size_t i = 0; i < object.fields.size(); ++i) {
      if (object.fields[i].name != node.name) continue;
      node.field = static_cast<int>(i);
      return shapes_.of(object.fields[i].type);
    }
  }
  wrong(node, "undefined field '" + std::string(node.name) + "'");
  return shapes_.error();
}

const Shape* Checker::join(const Shape* before, const Shape* shape) {
  if (before == nullptr) return shape;
  return shapes_.assignable(before, shape) ? shapes_.more_general(before, shape) : shapes_.of(Kind::Dyn);
}

const Shape* Checker::element_shape(const Node& node) {
  if (!node.is_spread) return node.shape;
  const Shape* shape = shapes_.resolved(node.shape, false);
  if (shape->kind == Kind::Optional) return shape->first;
  if (!shape->is_any()) {
    wrong(node, "expected type '" + text(shapes_.optional(shape)) + "' but found '" + text(shape) + "'");
  }
  return shape;
}

void Checker::check_list(Node& node) {
  const Shape* elements = nullptr;
  for (Node* child : node.children) {
    check(*child);
    elements = join(elements, element_shape(*child));
  }
  node.shape = shapes_.list(elements == nullptr ? shapes_.variable() : elements);
}

void Checker::check_map(Node& node) {
  const Shape* keys = nullptr;
  const Shape* values = nullptr;
  for (std::size_t i = 0; i + 1 < node.children.size(); i += 2) {
    check(*node.children[i]);
    keys = join(keys, node.children[i]->shape);
    check(*node.children[i + 1]);
    values = join(values, element_shape(*node.children[i + 1]));
  }
  if (keys == nullptr) {
    keys = shapes_.variable();
    values = shapes_.variable();
  }
  node.shape = shapes_.map(keys, values);
}

void Checker::check_logical(Node& node) {
  check_children(node);
  const Shape* boolean = shapes_.of(Kind::Bool);
  for (const Node* child : node.children) {
    if (shapes_.assignable(child->shape, boolean)) continue;
    wrong(*child, "expected type 'bool' but found '" + text(child->shape) + "'");
  }
  node.shape = boolean;
}

}  // namespace cw::cel
