// Functions on optional values, but for those that do not look at all their arguments. Source: cel-go's
// optional types.
#include <utility>

#include "lib/cel/functions.h"

namespace cw::cel {
namespace {

bool is_zero(const Value& value) {
  if (const auto* duration = value.as<DurationValue>()) return duration->seconds == 0 && duration->nanos == 0;
  return is_default(value);
}

bool unwrap(Evaluation& run, const Node& node, const Value& from, Value& room) {
  const ListValue* list = from.as<ListValue>();
  if (list == nullptr) return no_overload(run, node);
  std::vector<Value> held;
  for (std::size_t i = 0; *list != nullptr && i < (*list)->size(); ++i) {
    const OptionalValue* optional = (**list)[i].as<OptionalValue>();
    if (optional == nullptr) return run.fail(node, "value is not optional");
    if (optional->held != nullptr) held.push_back(*optional->held);
    if (!run.work(12)) return false;
  }
  room = Value(Value::Variant(ListValue(std::make_shared<const std::vector<Value>>(std::move(held)))));
  return true;
}

}  // namespace

bool apply_optionals(Evaluation& run, const Node& node, Arguments arguments, Value& room) {
  if (node.op == Op::OptionalNone) {
    room = optional_value(nullptr);
    return true;
  }
  const Value& from = *arguments[0];
  if (node.op == Op::OptionalUnwrap) return unwrap(run, node, from, room);
  if (node.op == Op::OptionalOf || node.op == Op::OptionalOfNonZero) {
    room = optional_value(node.op == Op::OptionalOfNonZero && is_zero(from) ? nullptr : &from);
    return true;
  }
  const OptionalValue* optional = from.as<OptionalValue>();
  if (optional == nullptr) return no_overload(run, node);
  if (node.op == Op::OptionalHasValue) {
    room.emplace<bool>(optional->held != nullptr);
    return true;
  }
  if (optional->held == nullptr) return run.fail(node, "optional.none() dereference");
  room = Value(*optional->held);
  return true;
}

}  // namespace cw::cel
