#include "lib/cel/compare.h"

#include <algorithm>
#include <cmath>
#include <compare>
#include <limits>

namespace cw::cel {
namespace {

Order order_of(std::partial_ordering order) {
  if (order == std::partial_ordering::unordered) return Order::NotANumber;
  return order < 0 ? Order::Less : order > 0 ? Order::Greater : Order::Same;
}

// As cel-go: by way of double, where the whole number is in reach.
template <typename Whole>
Order order_of(double left, Whole right) {
  if (std::isnan(left)) return Order::NotANumber;
  if (left < static_cast<double>(std::numeric_limits<Whole>::min())) return Order::Less;
  if (left > static_cast<double>(std::numeric_limits<Whole>::max())) return Order::Greater;
  return order_of(left <=> static_cast<double>(right));
}

constexpr Order turned(Order order) {
  return order == Order::Less ? Order::Greater : order == Order::Greater ? Order::Less : order;
}

Order numbers(const Value& left, const Value& right) {
  const auto* right_int = right.as<std::int64_t>();
  const auto* right_uint = right.as<std::uint64_t>();
  const auto* right_double = right.as<double>();
  if (const auto* number = left.as<std::int64_t>()) {
    if (right_int != nullptr) return order_of(*number <=> *right_int);
    if (right_uint != nullptr)
      return *number < 0 ? Order::Less : order_of(static_cast<std::uint64_t>(*number) <=> *right_uint);
    return right_double != nullptr ? turned(order_of(*right_double, *number)) : Order::None;
  }
  if (const auto* number = left.as<std::uint64_t>()) {
    if (right_uint != nullptr) return order_of(*number <=> *right_uint);
    if (right_int != nullptr)
      return *right_int < 0 ? Order::Greater : order_of(*number <=> static_cast<std::uint64_t>(*right_int));
    return right_double != nullptr ? turned(order_of(*right_double, *number)) : Order::None;
  }
  const auto* number = left.as<double>();
  if (number == nullptr) return Order::None;
  if (right_double != nullptr) return order_of(*number <=> *right_double);
  if (right_int != nullptr) return order_of(*number, *right_int);
  return right_uint != nullptr ? order_of(*number, *right_uint) : Order::None;
}

bool is_number(const Value& value) {
  const std::size_t index = value.variant().index();
  return index >= 2 && index <= 4;
}

bool is_nan(const Value& value) {
  const auto* number = value.as<double>();
  return number != nullptr && std::isnan(*number);
}

bool has_order(const Value& value) {
  const Kind kind = kind_of(value);
  return kind != Kind::Null && kind != Kind::List && kind != Kind::Map && kind != Kind::Type &&
         kind != Kind::Object && kind != Kind::Optional;
}

bool texts_equal(Evaluation& run, std::string_view left, std::string_view right) {
  return left.size() == right.size() && run.work(left.size() / 16) && left == right;
}

bool lists_equal(Evaluation& run, const ListValue& left, const ListValue& right) {
  const std::size_t size = left == nullptr ? 0 : left->size();
  if (size != (right == nullptr ? 0 : right->size())) return false;
  for (std::size_t i = 0; i < size; ++i) {
    const Value& wanted = (*right)[i];
    const std::size_t at = left.keys == nullptr ? i : place_of(run, *left, *left.keys, wanted, i);
    if (at == size || !equal(run, (*left)[at], wanted)) return false;
  }
  return true;
}

// As far as these members go; what neither has is the same.
bool same_members(Evaluation& run, const std::vector<Value>& names, const Value& left, const Value& right) {
  const MapValue* left_map = left.as<MapValue>();
  const MapValue* right_map = right.as<MapValue>();
  if (left_map == nullptr || right_map == nullptr) return false;
  for (const Value& name : names) {
    const Value* one = entry_of(run, *left_map, name);
    const Value* other = entry_of(run, *right_map, name);
    if (one == nullptr || other == nullptr ? one != other : !equal(run, *one, *other)) return false;
  }
  return true;
}

bool fields_equal(Evaluation& run, const ObjectValue& left, const ObjectValue& right) {
  std::size_t size = left.fields == nullptr ? 0 : left.fields->size();
  if (size != (right.fields == nullptr ? 0 : right.fields->size())) return false;
  for (const ObjectType& type : run.environment().objects) {
    if (type.name == left.type) size = std::min(size, type.compared);
  }
  for (std::size_t i = 0; i < size; ++i) {
    if (!equal(run, (*left.fields)[i], (*right.fields)[i])) return false;
  }
  return true;
}

bool maps_equal(Evaluation& run, const MapValue& left, const MapValue& right) {
  const std::size_t size = left.entries == nullptr ? 0 : left.entries->size();
  if (size != (right.entries == nullptr ? 0 : right.entries->size())) return false;
  for (std::size_t i = 0; i < size; ++i) {
    const auto& [key, value] = (*left.entries)[i];
    const Value* other = entry_of(run, right, key);
    if (other == nullptr || !equal(run, value, *other)) return false;
  }
  return true;
}

template <typename T>
Order fields(const T& left, const T& right) {
  if (left.seconds != right.seconds) return order_of(left.seconds <=> right.seconds);
  return order_of(left.nanos <=> right.nanos);
}

}  // namespace

bool equal(Evaluation& run, const Value& left, const Value& right) {
  if (!run.work(4)) return false;
  if (is_number(left)) return numbers(left, right) == Order::Same;
  if (left.variant().index() != right.variant().index()) return false;
  if (left.as<Null>() != nullptr) return true;
  if (const bool* flag = left.as<bool>()) return *flag == *right.as<bool>();
  if (const Text* text = left.as<Text>()) return texts_equal(run, view(*text), view(*right.as<Text>()));
  if (const BytesValue* bytes = left.as<BytesValue>())
    return texts_equal(run, view(bytes->bytes), view(right.as<BytesValue>()->bytes));
  if (const ListValue* list = left.as<ListValue>()) return lists_equal(run, *list, *right.as<ListValue>());
  if (const MapValue* map = left.as<MapValue>()) return maps_equal(run, *map, *right.as<MapValue>());
  if (const TypeValue* type = left.as<TypeValue>()) return type->name == right.as<TypeValue>()->name;
  if (const ObjectValue* object = left.as<ObjectValue>()) {
    const ObjectValue& other = *right.as<ObjectValue>();
    return object->type == other.type && fields_equal(run, *object, other);
  }
  if (const OptionalValue* optional = left.as<OptionalValue>()) {
    const Value* held = optional->held.get();
    const Value* other = right.as<OptionalValue>()->held.get();
    return held == nullptr || other == nullptr ? held == other : equal(run, *held, *other);
  }
  return ordered(run, left, right) == Order::Same;
}

Order ordered(Evaluation& run, const Value& left, const Value& right) {
  // Even beside what has no order with numbers, as in cel-go.
  if (is_nan(left) || (is_nan(right) && has_order(left))) return Order::NotANumber;
  if (is_number(left)) return numbers(left, right);
  if (left.variant().index() != right.variant().index()) return Order::None;
  if (const bool* flag = left.as<bool>()) return order_of(*flag <=> *right.as<bool>());
  const auto texts = [&](std::string_view a, std::string_view b) {
    if (!run.work(std::min(a.size(), b.size()) / 16)) return Order::None;
    return order_of(a <=> b);
  };
  if (const Text* text = left.as<Text>()) return texts(view(*text), view(*right.as<Text>()));
  if (const BytesValue* bytes = left.as<BytesValue>())
    return texts(view(bytes->bytes), view(right.as<BytesValue>()->bytes));
  if (const DurationValue* duration = left.as<DurationValue>())
    return fields(*duration, *right.as<DurationValue>());
  if (const TimestampValue* time = left.as<TimestampValue>())
    return fields(*time, *right.as<TimestampValue>());
  return Order::None;
}

const Value* entry_of(Evaluation& run, const MapValue& map, const Value& key) {
  if (map.entries == nullptr) return nullptr;
  const Value* alike = nullptr;  // a number of another type
  for (const auto& [each, value] : *map.entries) {
    if (same_key(run, each, key)) return &value;
    if (alike == nullptr && is_number(key) && is_number(each) && equal(run, each, key)) alike = &value;
    if (run.is_stopped()) return nullptr;
  }
  return alike;
}

bool same_key(Evaluation& run, const Value& left, const Value& right) {
  if (left.variant().index() != right.variant().index()) return false;
  const Kind kind = kind_of(left);
  // These are only equal to themselves, and every evaluation makes them anew.
  if (kind == Kind::List || kind == Kind::Map || kind == Kind::Object || kind == Kind::Optional) return false;
  return equal(run, left, right);
}

Truth contained(Evaluation& run, const Node& node, const Value& left, const Value& right) {
  bool found = false;
  if (const ListValue* list = right.as<ListValue>()) {
    for (std::size_t i = 0; *list != nullptr && !found && i < (*list)->size(); ++i)
      found = equal(run, left, (**list)[i]);
  } else if (const MapValue* map = right.as<MapValue>()) {
    if (left.as<BytesValue>() != nullptr && map->entries != nullptr && !map->entries->empty()) {
      (void)run.fail(node, "no such overload: bytes are no key");
      return Truth::Failed;
    }
    found = entry_of(run, *map, left) != nullptr;
  } else {
    (void)run.fail(node, "no such overload: not a list or a map");
    return Truth::Failed;
  }
  if (run.is_stopped()) return Truth::Failed;
  return found ? Truth::Yes : Truth::No;
}

std::size_t place_of(Evaluation& run, const std::vector<Value>& elements, const ListKeys& keys,
                     const Value& wanted, std::size_t first) {
  const auto fits = [&](const Value& element) {
    return keys.members.empty() ? equal(run, element, wanted)
                                : same_members(run, keys.members, element, wanted);
  };
  if (first < elements.size() && fits(elements[first])) return first;
  for (std::size_t i = 0; i < elements.size() && !run.is_stopped(); ++i) {
    if (fits(elements[i])) return i;
  }
  return elements.size();
}

bool is_of_type(Evaluation& run, const Value& value, const Type& type) {
  if (!run.work(2)) return false;
  if (type.kind == Kind::Dyn) return true;
  if (kind_of(value) != type.kind) return false;
  if (type.kind == Kind::Object) return value.as<ObjectValue>()->type == type.object;
  if (type.kind == Kind::List && type.parameters.size() == 1) {
    const ListValue& list = *value.as<ListValue>();
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
      if (!is_of_type(run, (*list)[i], type.parameters[0])) return false;
    }
  }
  if (type.kind == Kind::Map && type.parameters.size() == 2) {
    const auto& entries = value.as<MapValue>()->entries;
    for (std::size_t i = 0; entries != nullptr && i < entries->size(); ++i) {
      if (!is_of_type(run, (*entries)[i].first, type.parameters[0])) return false;
      if (!is_of_type(run, (*entries)[i].second, type.parameters[1])) return false;
    }
  }
  return true;
}

}  // namespace cw::cel
