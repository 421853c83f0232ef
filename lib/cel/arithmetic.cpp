// + - * / % and the sign, on numbers, text, bytes, lists and times. Overflow is an error.
#include <cmath>
#include <limits>
#include <type_traits>

#include "lib/cel/compare.h"
#include "lib/cel/functions.h"
#include "lib/cel/moment.h"

namespace cw::cel {
namespace {

template <typename Number>
bool whole(Evaluation& run, const Node& node, Number left, Number right, Value& room) {
  Number result = 0;
  bool overflow = false;
  switch (node.op) {
    case Op::Add:
      overflow = __builtin_add_overflow(left, right, &result);
      break;
    case Op::Subtract:
      overflow = __builtin_sub_overflow(left, right, &result);
      break;
    case Op::Multiply:
      overflow = __builtin_mul_overflow(left, right, &result);
      break;
    default: {
      if (right == 0) return run.fail(node, node.op == Op::Divide ? "division by zero" : "modulus by zero");
      // The one quotient that does not fit.
      if (std::is_signed_v<Number> && left == std::numeric_limits<Number>::min() &&
          right == static_cast<Number>(-1)) {
        overflow = true;
      } else {
        result = static_cast<Number>(node.op == Op::Divide ? left / right : left % right);
      }
    }
  }
  if (overflow)
    return run.fail(node, std::is_signed_v<Number> ? "integer overflow" : "unsigned integer overflow");
  room.emplace<Number>(result);
  return true;
}

bool real(Evaluation& run, const Node& node, double left, double right, Value& room) {
  switch (node.op) {
    case Op::Add:
      room.emplace<double>(left + right);
      return true;
    case Op::Subtract:
      room.emplace<double>(left - right);
      return true;
    case Op::Multiply:
      room.emplace<double>(left * right);
      return true;
    case Op::Divide:
      room.emplace<double>(left / right);
      return true;
    default:
      return no_overload(run, node);
  }
}

bool joined(Evaluation& run, const ListValue& left, const ListValue& right, Value& room) {
  const std::size_t size = (left == nullptr ? 0 : left->size()) + (right == nullptr ? 0 : right->size());
  if (!run.work(20 + size * 12)) return false;
  auto elements = std::make_shared<std::vector<Value>>();
  elements->reserve(size);
  if (left != nullptr) *elements = *left;
  for (std::size_t i = 0; right != nullptr && i < right->size(); ++i) {
    const Value& next = (*right)[i];
    const std::size_t at =
        left.keys == nullptr ? elements->size() : place_of(run, *elements, *left.keys, next, i);
    if (at == elements->size()) {
      elements->push_back(next);
    } else if (!left.keys->members.empty()) {
      (*elements)[at] = next;
    }
  }
  room = Value(Value::Variant(ListValue(std::move(elements), left.keys)));
  return !run.is_stopped();
}

bool times(Evaluation& run, const Node& node, const Value& left, const Value& right, Value& room) {
  const auto* left_duration = left.as<DurationValue>();
  const auto* right_duration = right.as<DurationValue>();
  const auto* left_time = left.as<TimestampValue>();
  const auto* right_time = right.as<TimestampValue>();
  const bool add = node.op == Op::Add;
  if (!add && node.op != Op::Subtract) return no_overload(run, node);
  const auto give = [&](const auto& result) {
    constexpr bool kIsTime = std::is_same_v<decltype(*result), const TimestampValue&>;
    if (!result) return run.fail(node, kIsTime ? "timestamp overflow" : "integer overflow");
    room = Value(Value::Variant(*result));
    return true;
  };
  if (left_duration != nullptr && right_duration != nullptr)
    return give(add ? sum(*left_duration, *right_duration) : difference(*left_duration, *right_duration));
  if (left_time != nullptr && right_time != nullptr && !add) return give(difference(*left_time, *right_time));
  if (left_time != nullptr && right_duration != nullptr) return give(later(*left_time, *right_duration, add));
  if (left_duration != nullptr && right_time != nullptr && add)
    return give(later(*right_time, *left_duration, true));
  return no_overload(run, node);
}

bool negated(Evaluation& run, const Node& node, const Value& operand, Value& room) {
  if (const auto* number = operand.as<std::int64_t>()) {
    if (*number == std::numeric_limits<std::int64_t>::min()) return run.fail(node, "integer overflow");
    room.emplace<std::int64_t>(-*number);
    return true;
  }
  if (const auto* number = operand.as<double>()) {
    room.emplace<double>(-*number);
    return true;
  }
  if (const auto* duration = operand.as<DurationValue>()) {
    const auto result = difference(DurationValue{}, *duration);
    if (!result) return run.fail(node, "integer overflow");
    room = Value(Value::Variant(*result));
    return true;
  }
  return no_overload(run, node);
}

}  // namespace

bool apply_arithmetic(Evaluation& run, const Node& node, Arguments arguments, Value& room) {
  const Value& left = *arguments[0];
  if (node.op == Op::Negate) return negated(run, node, left, room);
  const Value& right = *arguments[1];
  if (left.variant().index() != right.variant().index()) return times(run, node, left, right, room);
  if (const auto* number = left.as<std::int64_t>())
    return whole(run, node, *number, *right.as<std::int64_t>(), room);
  if (const auto* number = left.as<std::uint64_t>())
    return whole(run, node, *number, *right.as<std::uint64_t>(), room);
  if (const auto* number = left.as<double>()) return real(run, node, *number, *right.as<double>(), room);
  if (node.op != Op::Add) return times(run, node, left, right, room);
  if (const Text* text = left.as<Text>()) {
    const std::string_view tail = view(*right.as<Text>());
    std::string both;
    both.reserve(view(*text).size() + tail.size());
    return run.give(node, both.append(view(*text)).append(tail), room);
  }
  if (const BytesValue* bytes = left.as<BytesValue>()) {
    const std::string_view tail = view(right.as<BytesValue>()->bytes);
    if (!run.give(node, std::string(view(bytes->bytes)).append(tail), room)) return false;
    room = Value(Value::Variant(BytesValue{*room.as<Text>()}));
    return true;
  }
  if (const ListValue* list = left.as<ListValue>()) return joined(run, *list, *right.as<ListValue>(), room);
  return times(run, node, left, right, room);
}

}  // namespace cw::cel
