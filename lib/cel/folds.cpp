// all, exists, exists_one, map, filter and their like, with the costs of what cel-go expands them to.
#include <utility>

#include "lib/cel/compare.h"
#include "lib/cel/evaluation.h"
#include "lib/cel/functions.h"

namespace cw::cel {
namespace {

// Per element: the condition of the loop, and the accumulator in its step.
constexpr std::uint64_t kAllCondition = 2;     // accumulator, not strictly false
constexpr std::uint64_t kExistsCondition = 3;  // accumulator, not, not strictly false
constexpr std::uint64_t kStep = 1;
constexpr std::uint64_t kCount = 2;    // accumulator + 1
constexpr std::uint64_t kAppend = 12;  // accumulator, [element], +
constexpr std::uint64_t kEmptyList = 10;
constexpr std::uint64_t kEmptyMap = 30;
constexpr std::uint64_t kInsert = 3;         // accumulator, key, the call
constexpr std::uint64_t kInsertEntries = 2;  // accumulator, the call
constexpr std::uint64_t kResult = 1;
constexpr std::uint64_t kCall = 1;

}  // namespace

template <typename Each>
bool Evaluation::each_of(const Node& fold, const Value& range, Each each) {
  const bool has_two = !fold.second.empty();
  const Value*& slot = slots_[static_cast<std::size_t>(fold.slot)];
  const Value*& last_slot = slots_[static_cast<std::size_t>(fold.slot) + (has_two ? 1 : 0)];
  if (const ListValue* list = range.as<ListValue>()) {
    if (*list == nullptr) return true;
    Value number;
    std::int64_t& index = number.emplace<std::int64_t>(0);
    for (const Value& element : **list) {
      slot = &number;
      last_slot = &element;
      if (!each()) return false;
      ++index;
    }
    return true;
  }
  const MapValue* map = range.as<MapValue>();
  if (map == nullptr) return fail(fold, "no such overload: not a list or a map");
  if (map->entries == nullptr) return true;
  for (const auto& entry : *map->entries) {
    last_slot = &entry.second;
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

Truth Evaluation::wanted(const Node& fold) {
  const bool is_filter = fold.macro == Macro::Filter;
  if (!is_filter && fold.children.size() < 3) return Truth::Yes;
  return truth(*fold.children[is_filter ? 1 : 2]);
}

const Value* Evaluation::fold(const Node& node, Value& room) {
  switch (node.macro) {
    case Macro::TransformMap:
    case Macro::TransformEntry:
      return transform(node, room);
    case Macro::SortBy:
      return sort_by(node, room);
    case Macro::OptionalMap:
    case Macro::OptionalFlatMap:
      return optional_fold(node, room);
    default:
      return collect(node, room);
  }
}

const Value* Evaluation::collect(const Node& fold, Value& room) {
  Value range_room;
  const Value* range = value(*fold.children[0], range_room);
  if (range == nullptr || !charge(literal_cost(kEmptyList))) return nullptr;
  const bool is_filter = fold.macro == Macro::Filter;
  auto collected = std::make_shared<std::vector<Value>>();
  const bool complete = each_of(fold, *range, [&] {
    if (!work(10)) return false;
    const Truth is_wanted = wanted(fold);
    if (is_wanted != Truth::Yes) return is_wanted == Truth::No;
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

const Value* Evaluation::transform(const Node& fold, Value& room) {
  Value range_room;
  const Value* range = value(*fold.children[0], range_room);
  if (range == nullptr || !charge(literal_cost(kEmptyMap))) return nullptr;
  auto made = std::make_shared<std::vector<std::pair<Value, Value>>>();
  const auto insert = [&](const Value& key, const Value& entry) {
    for (const auto& [before, kept] : *made) {
      if (same_key(*this, before, key))
        return fail(fold, "insert failed: key ", key_text(key) + " already exists");
    }
    made->emplace_back(key, entry);
    return !is_stopped();
  };
  const bool complete = each_of(fold, *range, [&] {
    if (!work(10)) return false;
    const Truth is_wanted = wanted(fold);
    if (is_wanted != Truth::Yes) return is_wanted == Truth::No;
    Value body_room;
    const Value* body = value(*fold.children[1], body_room);
    if (body == nullptr || !charge(fold.macro == Macro::TransformMap ? kInsert : kInsertEntries))
      return false;
    if (fold.macro == Macro::TransformMap) return insert(*slots_[static_cast<std::size_t>(fold.slot)], *body);
    const MapValue* entries = body->as<MapValue>();
    if (entries == nullptr) return no_overload(*this, fold);
    for (std::size_t i = 0; entries->entries != nullptr && i < entries->entries->size(); ++i) {
      if (!insert((*entries->entries)[i].first, (*entries->entries)[i].second)) return false;
    }
    return true;
  });
  if (!complete || !charge(kResult)) return nullptr;
  room = Value(Value::Variant(MapValue{std::move(made)}));
  return &room;
}

// x.sortBy(v, key): the keys by map(), then one sort of x by them.
const Value* Evaluation::sort_by(const Node& fold, Value& room) {
  Value range_room;
  const Value* range = value(*fold.children[0], range_room);
  if (range == nullptr || !charge(literal_cost(2 * kEmptyList) + kResult)) return nullptr;
  const ListValue* list = range->as<ListValue>();
  auto keys = std::make_shared<std::vector<Value>>();
  const bool complete = each_of(fold, *range, [&] {
    Value key_room;
    const Value* key = charge(kAppend) ? value(*fold.children[1], key_room) : nullptr;
    if (key != nullptr) keys->push_back(*key);
    return key != nullptr;
  });
  if (!complete) return nullptr;
  if (list == nullptr || *list == nullptr) {
    (void)no_overload(*this, fold);
    return nullptr;
  }
  if (!charge(2 * kResult + self_compare_cost(Value(Value::Variant(ListValue(keys)))))) return nullptr;
  return sorted(*this, fold, **list, *keys, room) ? &room : nullptr;
}

// What x costs in x.optMap(v, e) is counted twice: cel-go looks whether it has a value, then for the value.
const Value* Evaluation::optional_fold(const Node& fold, Value& room) {
  const std::uint64_t before = cost_;
  Value target_room;
  const Value* target = value(*fold.children[0], target_room);
  if (target == nullptr || !charge(kCall)) return nullptr;
  const std::uint64_t of_target = cost_ - before;
  const OptionalValue* optional = target->as<OptionalValue>();
  if (optional == nullptr) {
    (void)no_overload(*this, fold);
    return nullptr;
  }
  if (optional->held == nullptr) {
    room = optional_value(nullptr);
    return charge(kCall) ? &room : nullptr;
  }
  if (!charge(literal_cost(kEmptyList) + of_target)) return nullptr;
  slots_[static_cast<std::size_t>(fold.slot)] = optional->held.get();
  Value body_room;
  const Value* body = value(*fold.children[1], body_room);
  if (body == nullptr) return nullptr;
  if (fold.macro == Macro::OptionalFlatMap) {
    room = *body;
    return &room;
  }
  room = optional_value(body);
  return charge(kCall) ? &room : nullptr;
}

}  // namespace cw::cel
