#include "apiserver/crd/cel_functions.h"

#include <algorithm>
#include <optional>

#include "apiserver/plain_cel.h"
#include "lib/cel/moment.h"

namespace cw::apiserver {
namespace {

using cel::Function;
using cel::Kind;
using cel::Type;
using cel::Value;
using Arguments = std::vector<Value>;

Error no_overload() { return {Code::Invalid, "no such overload"}; }

// Below 0, 0 or above; an Error for values that have no order.
Result<int> order_of(const Value& left, const Value& right) {
  const auto compared = [](const auto& a, const auto& b) { return a < b ? -1 : a > b ? 1 : 0; };
  if (left.variant().index() != right.variant().index()) return no_overload();
  if (const auto* a = left.as<bool>()) return compared(*a, *right.as<bool>());
  if (const auto* a = left.as<std::int64_t>()) return compared(*a, *right.as<std::int64_t>());
  if (const auto* a = left.as<std::uint64_t>()) return compared(*a, *right.as<std::uint64_t>());
  if (const auto* a = left.as<double>()) return compared(*a, *right.as<double>());
  if (const auto* a = left.as<cel::Text>()) return compared(**a, **right.as<cel::Text>());
  if (const auto* a = left.as<cel::DurationValue>()) {
    const auto* b = right.as<cel::DurationValue>();
    return compared(std::pair(a->seconds, a->nanos), std::pair(b->seconds, b->nanos));
  }
  if (const auto* a = left.as<cel::TimestampValue>()) {
    const auto* b = right.as<cel::TimestampValue>();
    return compared(std::pair(a->seconds, a->nanos), std::pair(b->seconds, b->nanos));
  }
  return no_overload();
}

Result<Value> is_sorted(const Arguments& arguments) {
  const auto& items = items_of(arguments[0]);
  for (std::size_t i = 1; i < items.size(); ++i) {
    if (TRY(order_of(items[i - 1], items[i])) > 0) return Value(Value::Variant(false));
  }
  return Value(Value::Variant(true));
}

Result<Value> extreme(const Arguments& arguments, const char* name, int wanted) {
  const auto& items = items_of(arguments[0]);
  if (items.empty()) return Error{Code::Invalid, std::string(name) + " called on empty list"};
  const Value* best = &items[0];
  for (const Value& item : items) {
    if (TRY(order_of(item, *best)) * wanted > 0) best = &item;
  }
  return *best;
}

Result<Value> sum(const Arguments& arguments) {
  const auto& items = items_of(arguments[0]);
  if (items.empty()) return Value(Value::Variant(std::int64_t{0}));
  std::int64_t whole = 0;
  double real = 0;
  for (const Value& item : items) {
    if (const auto* number = item.as<std::int64_t>()) {
      if (__builtin_add_overflow(whole, *number, &whole)) return Error{Code::Invalid, "integer overflow"};
    } else if (const auto* fraction = item.as<double>()) {
      real += *fraction;
    } else {
      return no_overload();
    }
  }
  if (items[0].as<double>() != nullptr) return Value(Value::Variant(real));
  return Value(Value::Variant(whole));
}

Result<Value> position(const Arguments& arguments, bool last) {
  const auto& items = items_of(arguments[0]);
  std::int64_t found = -1;
  for (std::size_t i = 0; i < items.size() && (last || found < 0); ++i) {
    const Result<int> order = order_of(items[i], arguments[1]);
    if (order && *order == 0) found = static_cast<std::int64_t>(i);
  }
  return Value(Value::Variant(found));
}

const Value* held(const Value& optional) {
  const auto* object = optional.as<cel::ObjectValue>();
  return object != nullptr && object->fields != nullptr && !object->fields->empty() ? &object->fields->front()
                                                                                    : nullptr;
}

}  // namespace

std::vector<Function> kubernetes_functions() {
  const Type any{Kind::Dyn};
  const Type list{Kind::List, {any}};
  return {
      {"isSorted", true, {list}, {Kind::Bool}, is_sorted},
      {"min", true, {list}, any, [](const Arguments& given) { return extreme(given, "min", -1); }},
      {"max", true, {list}, any, [](const Arguments& given) { return extreme(given, "max", 1); }},
      {"sum", true, {list}, any, sum},
      {"indexOf",
       true,
       {list, any},
       {Kind::Int},
       [](const Arguments& given) { return position(given, false); }},
      {"lastIndexOf",
       true,
       {list, any},
       {Kind::Int},
       [](const Arguments& given) { return position(given, true); }},
  };
}

std::vector<Function> optional_functions(const Type& of) {
  const Type optional{Kind::Object, {}, kOptionalType};
  return {
      {"hasValue",
       true,
       {optional},
       {Kind::Bool},
       [](const Arguments& given) -> Result<Value> {
         return Value(Value::Variant(held(given[0]) != nullptr));
       }},
      {"value",
       true,
       {optional},
       of,
       [](const Arguments& given) -> Result<Value> {
         const Value* value = held(given[0]);
         if (value == nullptr) return Error{Code::Invalid, "optional.none() dereference"};
         return *value;
       }},
      {"orValue",
       true,
       {optional, of},
       of,
       [](const Arguments& given) -> Result<Value> {
         const Value* value = held(given[0]);
         return value != nullptr ? *value : given[1];
       }},
  };
}

}  // namespace cw::apiserver
