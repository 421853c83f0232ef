// The macros, as the checker sees them: what their variables are, and what they make.
#include <algorithm>

#include "lib/cel/checker.h"

namespace cw::cel {
namespace {

bool makes_its_body(Macro macro) {
  return macro == Macro::Map || macro == Macro::TransformMap || macro == Macro::TransformEntry ||
         macro == Macro::SortBy;
}

bool has_order(Kind kind) {
  return kind != Kind::Null && kind != Kind::List && kind != Kind::Map && kind != Kind::Type &&
         kind != Kind::Object && kind != Kind::Optional;
}

}  // namespace

// As cel-go: a list or a map, or whatever dyn may be.
void Checker::check_fold(Node& node) {
  Node& range_node = *node.children.front();
  check(range_node);
  if (node.macro == Macro::SortBy &&
      (range_node.kind == NodeKind::Constant || range_node.kind == NodeKind::Map)) {
    wrong(range_node,
          "sortBy can only be applied to a list, identifier, comprehension, call or select expression");
    node.shape = shapes_.error();
    return;
  }
  const Shape* range = shapes_.resolved(range_node.shape, false);
  const bool has_two = !node.second.empty();
  const Shape* element = shapes_.of(Kind::Dyn);
  const Shape* second = element;
  if (range->is_variable()) {
    (void)shapes_.assignable(element, range);
  } else if (range->kind == Kind::List) {
    element = has_two ? shapes_.of(Kind::Int) : range->first;
    second = range->first;
  } else if (range->kind == Kind::Map) {
    element = range->first;
    second = range->second;
  } else if (!range->is_any()) {
    wrong(range_node, "expression of type '" + text(range) +
                          "' cannot be range of a comprehension (must be list, map, or dynamic)");
    element = second = shapes_.error();
  }
  node.slot = static_cast<int>(environment_.variables.size() + locals_.size());
  has_macro_ = true;
  locals_.push_back({node.name, element});
  if (has_two) locals_.push_back({node.second, second});
  slots_ = std::max(slots_, environment_.variables.size() + locals_.size());
  node.shape = body_of(node, element);
  locals_.resize(locals_.size() - (has_two ? 2 : 1));
  if (node.macro == Macro::SortBy) check_sort(node);
}

const Shape* Checker::body_of(Node& fold, const Shape* element) {
  const Shape* boolean = shapes_.of(Kind::Bool);
  for (std::size_t i = 1; i < fold.children.size(); ++i) {
    Node& part = *fold.children[i];
    check(part);
    if ((makes_its_body(fold.macro) && i == 1) || shapes_.assignable(part.shape, boolean)) continue;
    wrong(part, "expected type 'bool' but found '" + text(part.shape) + "'");
  }
  const Shape* body = fold.children[1]->shape;
  switch (fold.macro) {
    case Macro::Map:
      return shapes_.list(body);
    case Macro::Filter:
      return shapes_.list(element);
    case Macro::TransformMap:
      return shapes_.map(element, body);
    case Macro::TransformEntry:
      return entry_shape(fold);
    case Macro::SortBy:
      return fold.children[0]->shape;
    default:
      return boolean;
  }
}

const Shape* Checker::entry_shape(const Node& fold) {
  const Shape* body = fold.children[1]->shape;
  const Shape* entry = shapes_.map(shapes_.variable(), shapes_.variable());
  if (!shapes_.assignable(body, entry)) {
    wrong(fold,
          "found no matching overload for 'cel.@mapInsert' applied to '(map(dyn, dyn), " + text(body) + ")'");
  }
  return entry;
}

void Checker::check_sort(Node& fold) {
  const Shape* range = shapes_.resolved(fold.children[0]->shape, false);
  const Shape* keys = shapes_.resolved(fold.children[1]->shape, false);
  const bool is_list = range->kind == Kind::List || range->is_any() || range->is_variable();
  if (is_list && (keys->is_any() || keys->is_variable() || has_order(keys->kind))) return;
  wrong(fold, "found no matching overload for '@sortByAssociatedKeys' applied to '" + text(range) +
                  ".(list(" + text(keys) + "))'");
  fold.shape = shapes_.error();
}

// x.optMap(v, e): x.hasValue() ? optional.of(e of x.value()) : optional.none(), and optFlatMap without of().
void Checker::check_optional_fold(Node& node) {
  Node& target = *node.children[0];
  check(target);
  const Shape* held = shapes_.variable();
  if (!shapes_.assignable(target.shape, shapes_.optional(held))) {
    wrong(node, "found no matching overload for 'hasValue' applied to '" + text(target.shape) + ".()'");
    wrong(node, "found no matching overload for 'value' applied to '" + text(target.shape) + ".()'");
    held = shapes_.error();
  }
  node.slot = static_cast<int>(environment_.variables.size() + locals_.size());
  has_macro_ = true;
  locals_.push_back({node.name, shapes_.resolved(held, false)});
  slots_ = std::max(slots_, environment_.variables.size() + locals_.size());
  Node& body = *node.children[1];
  check(body);
  locals_.pop_back();
  if (node.macro == Macro::OptionalMap) {
    node.shape = shapes_.optional(body.shape);
    return;
  }
  node.shape = body.shape;
  if (shapes_.assignable(body.shape, shapes_.optional(shapes_.variable()))) return;
  wrong(node, "found no matching overload for '_?_:_' applied to '(bool, " + text(body.shape) +
                  ", optional_type(dyn))'");
  node.shape = shapes_.error();
}

}  // namespace cw::cel
