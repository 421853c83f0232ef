// all, exists, exists_one, map and filter, with the costs of what cel-go expands them to.
#include <utility>

#include "lib/cel/evaluation.h"

namespace cw::cel {
namespace {

// Per element: the condition of the loop, and the accumulator in its step.
constexpr std::uint64_t kAllCondition = 2;     // accumulator, not strictly false
constexpr std::uint64_t kExistsCondition = 3;  // accumulator, not, not strictly false
constexpr std::uint64_t kStep = 1;
constexpr std::uint64_t kCount = 2;    // accumulator + 1
constexpr std::uint64_t kAppend = 12;  // accumulator, [element], +
constexpr std::uint64_t kEmptyList = 10;
constexpr std::uint64_t kResult = 1;

}  // namespace

template <typename Each>
bool Evaluation::each_of(const Node& fold, const Value& range, Each each) {
  const Value*& slot = slots_[static_cast<std::size_t>(fold.slot)];
  if (const ListValue* list = range.as<ListValue>()) {
    if (*list == nullptr) return true;
    for (const Value& element : **list) {
      slot = &element;
      if (!each()) return false;
    }
    return true;
  }
  const MapValue* map = range.as<MapValue>();
  if (map == nullptr) return fail(fold, "no such overload: not a list or a map");
  if (map->entries == nullptr) return true;
  for (const auto& entry : *map->entries) {
    slot = &entry.first;
    if (!each()) return false;
  }
  return true;
}

Truth Evaluation::quantified(const Node& fold) {
  Value room;
  const Value* range = value(*fold.children[0], room);
  if (range == nullptr) return Truth::Failed;
  const Node& body = *fold.children[1];
  const bool is_all = fold.macro == Macro::All;
  const Truth decisive = is_all ? Truth::No : Truth::Yes;
  Truth result = is_all ? Truth::Yes : Truth::No;
  Failure first;
  const bool complete = each_of(fold, *range, [&] {
    if (!charge(is_all ? kAllCondition : kExistsCondition)) return false;
    if (result == decisive) return false;
    if (!charge(kStep)) return false;
    const Truth truth_of_body = truth(body);
    if (truth_of_body == decisive) {
      result = decisive;
    } else if (truth_of_body == Truth::Failed) {
      if (is_stopped()) return false;
      if (result != Truth::Failed) first = std::move(failure_);
      result = Truth::Failed;
    }
    return true;
  });
  if (is_stopped() || (!complete && result != decisive)) return Truth::Failed;
  if (!charge(kResult)) return Truth::Failed;
  if (result == Truth::Failed) failure_ = std::move(first);
  return result;
}

Truth Evaluation::exactly_one(const Node& fold) {
  Value room;
  const Value* range = value(*fold.children[0], room);
  if (range == nullptr) return Truth::Failed;
  std::uint64_t count = 0;
  const bool complete = each_of(fold, *range, [&] {
    const Truth truth_of_body = truth(*fold.children[1]);
    if (truth_of_body == Truth::Failed || !charge(truth_of_body == Truth::Yes ? kCount : 0) || !work(1))
      return false;
    if (truth_of_body == Truth::Yes) ++count;
    return true;
  });
  if (!complete || !charge(kResult + 1)) return Truth::Failed;
  return count == 1 ? Truth::Yes : Truth::No;
}

const Value* Evaluation::collect(const Node& fold, Value& room) {
  Value range_room;
  const Value* range = value(*fold.children[0], range_room);
  if (range == nullptr || !charge(kEmptyList)) return nullptr;
  const bool is_filter = fold.macro == Macro::Filter;
  const Node* filter = is_filter ? fold.children[1] : fold.children.size() > 2 ? fold.children[2] : nullptr;
  auto collected = std::make_shared<std::vector<Value>>();
  const bool complete = each_of(fold, *range, [&] {
    if (!work(10)) return false;
    if (filter != nullptr) {
      const Truth wanted = truth(*filter);
      if (wanted == Truth::Failed) return false;
      if (wanted == Truth::No) return true;
    }
    if (!charge(kAppend + (is_filter ? 1 : 0))) return false;
    Value element_room;
    const Value* element =
        is_filter ? slots_[static_cast<std::size_t>(fold.slot)] : value(*fold.children[1], element_room);
    if (element == nullptr) return false;
    if (element == &element_room) {
      collected->push_back(std::move(element_room));
    } else {
      collected->push_back(*element);
    }
    return true;
  });
  if (!complete || !charge(kResult)) return nullptr;
  room = Value(Value::Variant(ListValue(std::move(collected))));
  return &room;
}

}  // namespace cw::cel
