#include "lib/cel/evaluation.h"

#include <algorithm>
#include <array>

#include "lib/cel/compare.h"
#include "lib/cel/functions.h"

namespace cw::cel {
namespace {

constexpr std::uint64_t kWorkPerCost = 10;
// So much goes with any evaluation: a cheap one is told by its cost alone.
constexpr std::uint64_t kFreeWork = 2000;
constexpr std::uint64_t kMostCost = 1ULL << 40;  // no more work than this allows
constexpr std::size_t kMaxText = 8UL << 20;
const Value kFailed;
constexpr std::size_t kMaxArguments = 4;  // of what is not a host function

// An object that only host functions know: cel-go leaves to it what it may be compared with.
bool is_opaque(const Environment& environment, const Value& value) {
  const ObjectValue* object = value.as<ObjectValue>();
  return object != nullptr &&
         std::any_of(environment.objects.begin(), environment.objects.end(), [&](const ObjectType& type) {
           return type.name == object->type && type.fields.empty();
         });
}

}  // namespace

Evaluation::Evaluation(const Environment& environment, std::size_t slots, const std::vector<Value>& bindings,
                       const Limits& limits)
    : environment_(environment),
      slots_(slots, nullptr),
      limit_(limits.cost),
      work_limit_(std::min(limits.cost, kMostCost) * kWorkPerCost + kFreeWork) {
  for (std::size_t i = 0; i < bindings.size() && i < slots; ++i) slots_[i] = &bindings[i];
}

std::uint64_t Evaluation::spent() const {
  const std::uint64_t charged_work = work_ > kFreeWork ? work_ - kFreeWork : 0;
  // The step that went over the limit is not counted in full: it was not taken.
  return std::min(std::max(cost_, (charged_work + kWorkPerCost - 1) / kWorkPerCost),
                  std::max(limit_, limit_ + 1));
}

bool Evaluation::fail(const Node& at, std::string_view text) {
  if (is_stopped()) return false;
  failure_.text = text;
  failure_.at = &at;
  failure_.detail.clear();
  return false;
}

bool Evaluation::fail(const Node& at, std::string_view text, std::string detail) {
  (void)fail(at, text);
  if (!is_stopped()) failure_.detail = std::move(detail);
  return false;
}

bool Evaluation::stop() {
  failure_.text = cost_ > limit_ ? "the cost limit is exceeded" : "the expression takes too much work";
  failure_.at = nullptr;
  failure_.detail.clear();
  return false;
}

bool Evaluation::give(const Node& at, std::string text, Value& room) {
  if (text.size() > kMaxText) return fail(at, "the text is too long");
  if (!work(text.size() / 8 + 20)) return false;
  room = text_value(std::move(text));
  return true;
}

const Value* Evaluation::value(const Node& node, Value& room) {
  switch (node.kind) {
    case NodeKind::Constant:
      return charge(node.cost) ? &node.constant : nullptr;
    case NodeKind::Variable:
      return charge(node.cost) ? slots_[static_cast<std::size_t>(node.slot)] : nullptr;
    case NodeKind::Select:
      return select(node, room);
    case NodeKind::List:
      return list(node, room);
    case NodeKind::Map:
      return map(node, room);
    case NodeKind::Conditional: {
      const Truth condition = truth(*node.children[0]);
      if (condition == Truth::Failed) return nullptr;
      return value(*node.children[condition == Truth::Yes ? 1 : 2], room);
    }
    case NodeKind::Call:
      if (node.op == Op::Index) return index(node, room);
      if (node.op >= Op::OptionalOr) return either(node, room);
      if (node.op == Op::Not || (node.op >= Op::Equal && node.op <= Op::In)) break;
      return call(node, room);
    case NodeKind::Fold:
      if (node.macro > Macro::ExistsOne) return fold(node, room);
      break;
    default:
      break;
  }
  const Truth truth_of_node = truth(node);
  if (truth_of_node == Truth::Failed) return nullptr;
  room.emplace<bool>(truth_of_node == Truth::Yes);
  return &room;
}

Truth Evaluation::truth(const Node& node) {
  switch (node.kind) {
    case NodeKind::And:
      return logical(node, Truth::No);
    case NodeKind::Or:
      return logical(node, Truth::Yes);
    case NodeKind::Test:
      return has(node);
    case NodeKind::Conditional: {
      const Truth condition = truth(*node.children[0]);
      if (condition == Truth::Failed) return condition;
      return truth(*node.children[condition == Truth::Yes ? 1 : 2]);
    }
    case NodeKind::Call:
      if (node.op == Op::Not) {
        const Truth operand = truth(*node.children[0]);
        if (!charge(1) || operand == Truth::Failed) return Truth::Failed;
        return operand == Truth::Yes ? Truth::No : Truth::Yes;
      }
      if (node.op >= Op::Equal && node.op <= Op::In) return compared(node);
      break;
    case NodeKind::Fold:
      if (node.macro == Macro::All || node.macro == Macro::Exists) return quantified(node);
      if (node.macro == Macro::ExistsOne) return exactly_one(node);
      break;
    default:
      break;
  }
  Value room;
  const Value* result = value(node, room);
  if (result == nullptr) return Truth::Failed;
  if (const bool* yes = result->as<bool>()) return *yes ? Truth::Yes : Truth::No;
  (void)fail(node, "no such overload: a bool is wanted");
  return Truth::Failed;
}

// A failure counts only if no other term decides.
Truth Evaluation::logical(const Node& node, Truth decisive) {
  bool failed = false;
  Failure first;
  for (const Node* term : node.children) {
    const Truth truth_of_term = truth(*term);
    if (truth_of_term == decisive) return decisive;
    if (truth_of_term != Truth::Failed) continue;
    if (is_stopped()) return Truth::Failed;
    if (!failed) first = std::move(failure_);
    failed = true;
  }
  if (failed) {
    failure_ = std::move(first);
    return Truth::Failed;
  }
  return decisive == Truth::Yes ? Truth::No : Truth::Yes;
}

// Operators that give a bool, over two values.
Truth Evaluation::compared(const Node& node) {
  Value left_room;
  Value right_room;
  const Value* left = value(*node.children[0], left_room);
  if (left == nullptr) return Truth::Failed;
  const Value* right = value(*node.children[1], right_room);
  if (right == nullptr) {
    const std::array<const Value*, 2> arguments{left, &kFailed};
    charge_failed(node, arguments);
    return Truth::Failed;
  }
  const std::array<const Value*, 2> arguments{left, right};
  if (!charge_call(node, arguments, nullptr)) return Truth::Failed;
  if (node.op == Op::In) return contained(*this, node, *left, *right);
  if (node.op == Op::Equal || node.op == Op::NotEqual) {
    if (node.op == Op::Equal && is_opaque(environment_, *left) && kind_of(*right) != Kind::Null &&
        type_name(*left) != type_name(*right)) {
      (void)fail(node, "no such overload");
      return Truth::Failed;
    }
    const bool same = equal(*this, *left, *right);
    if (is_stopped()) return Truth::Failed;
    return same == (node.op == Op::Equal) ? Truth::Yes : Truth::No;
  }
  const Order order = ordered(*this, *left, *right);
  bool yes = false;
  switch (order) {
    case Order::None:
      (void)fail(node, "no such overload: the values cannot be compared");
      return Truth::Failed;
    case Order::NotANumber:
      break;  // neither less nor greater
    case Order::Less:
      yes = node.op == Op::Less || node.op == Op::LessEqual;
      break;
    case Order::Same:
      yes = node.op == Op::LessEqual || node.op == Op::GreaterEqual;
      break;
    case Order::Greater:
      yes = node.op == Op::Greater || node.op == Op::GreaterEqual;
      break;
  }
  return yes ? Truth::Yes : Truth::No;
}

// A call that fails costs as well; what it gave is of size 1.
void Evaluation::charge_failed(const Node& node, Arguments arguments) {
  if (!is_stopped()) (void)charge_call(node, arguments, &kFailed);
}

const Value* Evaluation::call(const Node& node, Value& room) {
  const std::size_t count = node.children.size();
  std::array<Value, kMaxArguments> rooms;
  std::array<const Value*, kMaxArguments> few{};
  std::vector<Value> more_rooms(count > kMaxArguments ? count : 0);
  std::vector<const Value*> more(more_rooms.size());
  for (std::size_t i = 0; i < count; ++i) {
    const Value* argument = value(*node.children[i], more.empty() ? rooms[i] : more_rooms[i]);
    if (argument == nullptr) {
      // What failed counts as an argument of size 1 once all are there.
      (more.empty() ? few[i] : more[i]) = &kFailed;
      if (i + 1 == count) charge_failed(node, {more.empty() ? few.data() : more.data(), count});
      return nullptr;
    }
    (more.empty() ? few[i] : more[i]) = argument;
  }
  const Arguments arguments(more.empty() ? few.data() : more.data(), count);
  if (node.op == Op::Host) {
    std::uint64_t cost = 1;
    const Value* result = host(node, arguments, room, cost);
    return charge(cost) ? result : nullptr;
  }
  if (node.op == Op::ToDyn) {
    // One of the rooms may hold the value.
    room = *arguments[0];
    return charge(1) ? &room : nullptr;
  }
  // Before it runs: what does not depend on the result.
  if (node.rule == CostRule::Sum && !charge_call(node, arguments, nullptr)) return nullptr;
  if (!apply(*this, node, arguments, room)) {
    if (node.rule != CostRule::Sum) charge_failed(node, arguments);
    return nullptr;
  }
  if (node.rule != CostRule::Sum && !charge_call(node, arguments, &room)) return nullptr;
  return &room;
}

// a.or(b), a.orValue(b): b only if a has no value. That costs nothing itself.
const Value* Evaluation::either(const Node& node, Value& room) {
  Value first_room;
  const Value* first = value(*node.children[0], first_room);
  if (first == nullptr) return nullptr;
  const OptionalValue* optional = first->as<OptionalValue>();
  if (optional == nullptr) {
    (void)fail(node, "no such overload");
    return nullptr;
  }
  if (optional->held == nullptr) return value(*node.children[1], room);
  room = node.op == Op::OptionalOr ? *first : *optional->held;
  return &room;
}

const Value* Evaluation::host(const Node& node, Arguments arguments, Value& room, std::uint64_t& cost) {
  for (const Function* function : node.hosts) {
    bool fits = function->arguments.size() == arguments.size();
    for (std::size_t i = 0; fits && i < arguments.size(); ++i)
      fits = is_of_type(*this, *arguments[i], function->arguments[i]);
    if (is_stopped()) return nullptr;
    if (!fits) continue;
    std::vector<Value> copies;
    copies.reserve(arguments.size());
    for (const Value* argument : arguments) {
      if (!work(size_of(*argument) / 8 + 200)) return nullptr;
      copies.push_back(*argument);
    }
    if (function->cost != nullptr) cost = function->cost(copies);
    auto result = function->call(copies);
    if (!result) {
      (void)fail(node, "", std::move(result).error().message);
      return nullptr;
    }
    room = std::move(*result);
    return &room;
  }
  (void)fail(node, "no such overload");
  return nullptr;
}

}  // namespace cw::cel
