// Functions on lists: those of Kubernetes, cel-go's lists (version 3) and sets. Source: k8s.io/apiserver
// pkg/cel/library/lists.go, cel-go's ext/lists.go and ext/sets.go.
#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

#include "lib/cel/compare.h"
#include "lib/cel/functions.h"
#include "lib/cel/moment.h"

namespace cw::cel {
namespace {

constexpr std::uint64_t kWorkPerElement = 12;

using Elements = std::vector<Value>;

const Elements& elements_of(const Value& value) {
  static const Elements kNone;
  const ListValue* list = value.as<ListValue>();
  return list != nullptr && *list != nullptr ? **list : kNone;
}

Value list_value(Elements elements) {
  return Value(Value::Variant(ListValue(std::make_shared<const Elements>(std::move(elements)))));
}

bool is_sorted(Evaluation& run, const Node& node, const Elements& elements, Value& room) {
  bool yes = true;
  for (std::size_t i = 1; yes && i < elements.size(); ++i) {
    const Order order = ordered(run, elements[i - 1], elements[i]);
    if (order == Order::None) return no_overload(run, node);
    yes = order != Order::Greater;
  }
  room.emplace<bool>(yes);
  return !run.is_stopped();
}

// Of all as they come; `add` gives false on an overflow.
template <typename T, typename Add>
bool total(Evaluation& run, const Node& node, const Elements& elements, Value& room,
           std::string_view overflow, Add add) {
  T all{};
  for (const Value& element : elements) {
    const T* next = element.as<T>();
    if (next == nullptr) return no_overload(run, node);
    if (!add(all, *next)) return run.fail(node, overflow);
  }
  room = Value(Value::Variant(all));
  return run.work(elements.size());
}

bool sum_of(Evaluation& run, const Node& node, const Elements& elements, Value& room) {
  constexpr auto kAdd = [](auto& all, const auto& next) { return !__builtin_add_overflow(all, next, &all); };
  const Kind first = elements.empty() ? Kind::Int : kind_of(elements.front());
  const Kind kind = node.gives == "u"   ? Kind::Uint
                    : node.gives == "d" ? Kind::Double
                    : node.gives == "D" ? Kind::Duration
                    : node.gives == "i" ? Kind::Int
                                        : first;
  switch (kind) {
    case Kind::Uint:
      return total<std::uint64_t>(run, node, elements, room, "unsigned integer overflow", kAdd);
    case Kind::Double:
      return total<double>(run, node, elements, room, "", [](double& all, double next) {
        all += next;
        return true;
      });
    case Kind::Duration:
      return total<DurationValue>(run, node, elements, room, "integer overflow",
                                  [](DurationValue& all, const DurationValue& next) {
                                    const auto result = sum(all, next);
                                    if (result) all = *result;
                                    return result.has_value();
                                  });
    default:
      return total<std::int64_t>(run, node, elements, room, "integer overflow", kAdd);
  }
}

bool extreme(Evaluation& run, const Node& node, const Elements& elements, Value& room) {
  const bool least = node.op == Op::Least;
  if (elements.empty())
    return run.fail(node, least ? "min called on empty list" : "max called on empty list");
  const Value* best = &elements.front();
  for (const Value& element : elements) {
    const Order order = ordered(run, *best, element);
    if (order == Order::None) return no_overload(run, node);
    if (order == (least ? Order::Greater : Order::Less)) best = &element;
  }
  room = Value(*best);
  return !run.is_stopped();
}

bool position(Evaluation& run, const Node& node, const Elements& elements, const Value& wanted, Value& room) {
  std::int64_t found = -1;
  const bool last = node.op == Op::LastIndexOf;
  for (std::size_t i = 0; i < elements.size() && (last || found < 0); ++i) {
    if (equal(run, elements[i], wanted)) found = static_cast<std::int64_t>(i);
  }
  room.emplace<std::int64_t>(found);
  return !run.is_stopped();
}

bool slice(Evaluation& run, const Node& node, Arguments arguments, Value& room) {
  const Elements& elements = elements_of(*arguments[0]);
  const auto* start = arguments[1]->as<std::int64_t>();
  const auto* end = arguments[2]->as<std::int64_t>();
  if (start == nullptr || end == nullptr) return no_overload(run, node);
  const auto size = static_cast<std::int64_t>(elements.size());
  std::string why;
  if (*start < 0 || *end < 0) {
    why = "negative indexes not supported";
  } else if (*start > *end) {
    why = "start index must be less than or equal to end index";
  } else if (size < *end) {
    why = "list is length " + std::to_string(size);
  }
  if (!why.empty()) {
    return run.fail(node, "cannot slice(",
                    std::to_string(*start) + ", " + std::to_string(*end) + "), " + why);
  }
  if (!run.work(static_cast<std::uint64_t>(*end - *start) * kWorkPerElement)) return false;
  room = list_value({elements.begin() + *start, elements.begin() + *end});
  return true;
}

bool flatten_into(Evaluation& run, const Elements& elements, std::int64_t depth, Elements& to) {
  for (const Value& element : elements) {
    if (!run.work(kWorkPerElement)) return false;
    if (depth == 0 || element.as<ListValue>() == nullptr) {
      to.push_back(element);
    } else if (!flatten_into(run, elements_of(element), depth - 1, to)) {
      return false;
    }
  }
  return true;
}

bool flatten(Evaluation& run, const Node& node, Arguments arguments, Value& room) {
  const auto* depth = arguments.size() > 1 ? arguments[1]->as<std::int64_t>() : nullptr;
  if (arguments.size() > 1 && depth == nullptr) return no_overload(run, node);
  if (depth != nullptr && *depth < 0) return run.fail(node, "level must be non-negative");
  Elements flat;
  if (!flatten_into(run, elements_of(*arguments[0]), depth == nullptr ? 1 : *depth, flat)) return false;
  room = list_value(std::move(flat));
  return true;
}

bool distinct(Evaluation& run, const Elements& elements, Value& room) {
  Elements kept;
  for (const Value& element : elements) {
    const bool is_new = std::none_of(kept.begin(), kept.end(),
                                     [&](const Value& before) { return equal(run, element, before); });
    if (run.is_stopped()) return false;
    if (is_new) kept.push_back(element);
  }
  room = list_value(std::move(kept));
  return true;
}

bool range(Evaluation& run, const Node& node, const Value& end, Value& room) {
  const auto* count = end.as<std::int64_t>();
  if (count == nullptr) return no_overload(run, node);
  const std::uint64_t size = *count < 0 ? 0 : static_cast<std::uint64_t>(*count);
  if (!run.work(std::min<std::uint64_t>(size, UINT32_MAX) * kWorkPerElement)) return false;
  Elements numbers;
  numbers.reserve(size);
  for (std::uint64_t i = 0; i < size; ++i) numbers.emplace_back(Value::Variant(static_cast<std::int64_t>(i)));
  room = list_value(std::move(numbers));
  return true;
}

bool contains_all(Evaluation& run, const Node& node, const Value& set, const Elements& elements) {
  return std::all_of(elements.begin(), elements.end(),
                     [&](const Value& element) { return contained(run, node, element, set) == Truth::Yes; });
}

bool compare_sets(Evaluation& run, const Node& node, const Value& left, const Value& right, Value& room) {
  if (left.as<ListValue>() == nullptr || right.as<ListValue>() == nullptr) return no_overload(run, node);
  bool yes = false;
  if (node.op == Op::SetMeets) {
    const Elements& elements = elements_of(left);
    yes = std::any_of(elements.begin(), elements.end(), [&](const Value& element) {
      return contained(run, node, element, right) == Truth::Yes;
    });
  } else {
    yes = contains_all(run, node, left, elements_of(right));
    if (node.op == Op::SetEquals) yes = yes && contains_all(run, node, right, elements_of(left));
  }
  room.emplace<bool>(yes);
  return !run.is_stopped();
}

}  // namespace

bool sorted(Evaluation& run, const Node& node, const Elements& elements, const Elements& keys, Value& room) {
  for (const Value& key : keys) {
    if (ordered(run, key, key) == Order::None) return no_overload(run, node);
    if (kind_of(key) != kind_of(keys.front())) return run.fail(node, "list elements must have the same type");
  }
  std::vector<std::size_t> order(keys.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return run.work(4) && ordered(run, keys[a], keys[b]) == Order::Less;
  });
  if (!run.work(keys.size() * kWorkPerElement)) return false;
  Elements result;
  result.reserve(elements.size());
  for (const std::size_t i : order) result.push_back(elements[i]);
  room = list_value(std::move(result));
  return true;
}

bool apply_lists(Evaluation& run, const Node& node, Arguments arguments, Value& room) {
  const Value& first = *arguments[0];
  if (node.op == Op::Range) return range(run, node, first, room);
  if (node.op >= Op::SetContains) return compare_sets(run, node, first, *arguments[1], room);
  if (first.as<ListValue>() == nullptr) return no_overload(run, node);
  const Elements& elements = elements_of(first);
  switch (node.op) {
    case Op::IsSorted:
      return is_sorted(run, node, elements, room);
    case Op::Sum:
      return sum_of(run, node, elements, room);
    case Op::Least:
    case Op::Greatest:
      return extreme(run, node, elements, room);
    case Op::IndexOf:
    case Op::LastIndexOf:
      return position(run, node, elements, *arguments[1], room);
    case Op::Sort:
      return sorted(run, node, elements, elements, room);
    case Op::Slice:
      return slice(run, node, arguments, room);
    case Op::Flatten:
      return flatten(run, node, arguments, room);
    case Op::Distinct:
      return distinct(run, elements, room);
    case Op::Reverse:
      room = list_value({elements.rbegin(), elements.rend()});
      return run.work(elements.size() * kWorkPerElement);
    case Op::First:
      room = optional_value(elements.empty() ? nullptr : &elements.front());
      return true;
    case Op::Last:
      room = optional_value(elements.empty() ? nullptr : &elements.back());
      return true;
    default:
      return no_overload(run, node);
  }
}

}  // namespace cw::cel
