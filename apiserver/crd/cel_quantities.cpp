// quantity(…) and its arithmetic. A quantity is held in 64 bits with a scale as long as it fits, as in
// Kubernetes: isInteger() and asInteger() tell. Source: k8s.io/apiserver pkg/cel/library/quantity.go,
// k8s.io/apimachinery pkg/api/resource.
#include <algorithm>
#include <limits>
#include <utility>

#include "apiserver/crd/cel_library.h"
#include "apiserver/crd/go_decimal.h"
#include "apiserver/kinds/quantity.h"
#include "apiserver/plain_cel.h"

namespace cw::apiserver {
namespace {

using cel::Value;

constexpr std::int64_t kLong = std::numeric_limits<std::int64_t>::min();  // a scale: not held in 64 bits
constexpr int kPlaces = 9;                                                // nano
constexpr std::int64_t kFastDigits = 18;
constexpr std::int64_t kFastBinaryDigits = 14;

struct Held {
  Decimal number;
  std::int64_t scale = 0;  // of ten, or kLong
};

// Fields: digits with their sign, their exponent; those two are compared. Then the scale.
Value value_of(const Held& held) {
  return cel_object(kQuantityType, {Value::of((held.number.is_negative() ? "-" : "") + held.number.digits()),
                                    cel_int_value(held.number.exponent()), cel_int_value(held.scale)});
}

Held held_in(const Value& value) {
  const std::string_view digits = text_of(cel_field(value, 0));
  const bool negative = digits.starts_with('-');
  return {{negative, digits.substr(negative ? 1 : 0), cel_int(cel_field(value, 1))},
          cel_int(cel_field(value, 2))};
}

// As long as there are few digits the parser of Kubernetes stays within 64 bits.
std::optional<Held> fast(const QuantityParts& parts, const Decimal& number) {
  const std::string_view digits = parts.digits;
  const std::size_t places = static_cast<std::size_t>(parts.places);
  const std::string_view whole = digits.substr(0, digits.size() - places);
  const std::size_t zeros = std::min(whole.find_first_not_of('0'), whole.size());
  const auto size = static_cast<std::int64_t>(std::max<std::size_t>(whole.size() - zeros, 1) + places);
  std::int64_t precision = kFastDigits - size;
  if (parts.is_binary) precision = places > 0 ? -1 : kFastBinaryDigits - size - parts.exponent * 3 / 10;
  const std::int64_t scale = (parts.is_binary ? 0 : parts.exponent) - parts.places;
  if (precision < 0 || scale < -kPlaces || !number.scaled(scale)) return std::nullopt;
  return Held{number, scale};
}

Result<Held> parse(const std::string& text) {
  const QuantityParts parts = TRY(read_quantity(text));
  Decimal number(parts.negative, parts.digits, -parts.places + (parts.is_binary ? 0 : parts.exponent));
  for (int i = 0; parts.is_binary && i < parts.exponent; i += 10) number = number.times(1024);
  if (auto held = fast(parts, number)) return *std::move(held);
  number = number.rounded(kPlaces);
  const Decimal most = Decimal::of(std::numeric_limits<std::int64_t>::max());
  if (parts.is_binary && number.compare(most) > 0) number = most;
  if (parts.is_binary && number.compare(most.negated()) < 0) number = most.negated();
  return Held{number, kLong};
}

Result<Value> added(const Held& a, const Held& b) {
  const auto sum = a.number.plus(b.number);
  if (!sum) return Error{Code::Invalid, "the quantities are too far apart"};
  if (a.scale == kLong || b.scale == kLong) return value_of({*sum, kLong});
  const std::int64_t scale = b.number.is_zero()   ? a.scale
                             : a.number.is_zero() ? b.scale
                                                  : std::min(a.scale, b.scale);
  const bool fits = a.number.scaled(scale) && b.number.scaled(scale) && sum->scaled(scale);
  return value_of({*sum, fits || a.number.is_zero() || b.number.is_zero() ? scale : kLong});
}

Held negated(Held held) {
  held.number = held.number.negated();
  return held;
}

std::optional<std::int64_t> whole(const Value& value) {
  const Held held = held_in(value);
  return held.scale < 0 ? std::nullopt : held.number.scaled(0);
}

int order_of(const CelArguments& given) { return held_in(given[0]).number.compare(held_in(given[1]).number); }

Held whole_number(const Value& value) { return {Decimal::of(cel_int(value)), 0}; }

constexpr CelRow kRows[] = {
    // NOLINT(modernize-avoid-c-arrays)
    {"quantity", "s:Q",
     [](const CelArguments& given) -> Result<Value> { return value_of(TRY(parse(text_of(given[0])))); },
     scan_cost},
    {"isQuantity", "s:b",
     [](const CelArguments& given) -> Result<Value> {
       return cel_bool(parse(text_of(given[0])).has_value());
     },
     scan_cost},
    {"sign", "Q:i",
     [](const CelArguments& given) -> Result<Value> {
       return cel_int_value(held_in(given[0]).number.compare(Decimal()));
     }},
    {"isGreaterThan", ".QQ:b",
     [](const CelArguments& given) -> Result<Value> { return cel_bool(order_of(given) > 0); }},
    {"isLessThan", ".QQ:b",
     [](const CelArguments& given) -> Result<Value> { return cel_bool(order_of(given) < 0); }},
    {"compareTo", ".QQ:i",
     [](const CelArguments& given) -> Result<Value> { return cel_int_value(order_of(given)); }},
    {"asApproximateFloat", ".Q:d",
     [](const CelArguments& given) -> Result<Value> {
       return Value(Value::Variant(held_in(given[0]).number.approximate()));
     }},
    {"isInteger", ".Q:b",
     [](const CelArguments& given) -> Result<Value> { return cel_bool(whole(given[0]).has_value()); }},
    {"asInteger", ".Q:i",
     [](const CelArguments& given) -> Result<Value> {
       const auto number = whole(given[0]);
       if (!number) return Error{Code::Invalid, "cannot convert value to integer"};
       return cel_int_value(*number);
     }},
    {"add", ".QQ:Q",
     [](const CelArguments& given) -> Result<Value> { return added(held_in(given[0]), held_in(given[1])); }},
    {"add", ".Qi:Q",
     [](const CelArguments& given) -> Result<Value> {
       return added(held_in(given[0]), whole_number(given[1]));
     }},
    {"sub", ".QQ:Q",
     [](const CelArguments& given) -> Result<Value> {
       return added(held_in(given[0]), negated(held_in(given[1])));
     }},
    {"sub", ".Qi:Q",
     [](const CelArguments& given) -> Result<Value> {
       return added(held_in(given[0]), negated(whole_number(given[1])));
     }},
};

}  // namespace

std::span<const CelRow> quantity_rows() { return kRows; }

}  // namespace cw::apiserver
