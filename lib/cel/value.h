// Value: what a CEL expression computes with. Cheap to copy: strings, lists and maps are shared and never
// change. Thread-safe to read. Source: CEL language definition, "Values".
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace cw::cel {

class Value;
struct ListKeys;

struct Null {
  bool operator==(const Null&) const = default;
};
using Text = std::shared_ptr<const std::string>;  // UTF-8
struct BytesValue {
  Text bytes;
};
struct ListValue : std::shared_ptr<const std::vector<Value>> {
  ListValue() = default;
  explicit ListValue(std::shared_ptr<const std::vector<Value>> elements, const ListKeys* with = nullptr)
      : shared_ptr(std::move(elements)), keys(with) {}
  const ListKeys* keys = nullptr;  // constant storage; null: the order counts
};
// Keys: bool, int, uint or string; in the order of insertion.
struct MapValue {
  std::shared_ptr<const std::vector<std::pair<Value, Value>>> entries;
};
struct DurationValue {
  std::int64_t seconds = 0;
  std::int32_t nanos = 0;
};
struct TimestampValue {
  std::int64_t seconds = 0;  // since the epoch, UTC
  std::int32_t nanos = 0;
  std::int32_t offset = 0;  // seconds east, as it was written: for string() alone
};
struct TypeValue {
  std::string_view name;
};
// A message or host object: its type by name, its members in the order in which the Environment declares
// them.
struct ObjectValue {
  std::string_view type;  // constant storage of the Environment's owner
  std::shared_ptr<const std::vector<Value>> fields;
};
// In the Kubernetes dialect alone: a value or none.
struct OptionalValue {
  std::shared_ptr<const Value> held;
};

class Value {
 public:
  using Variant =
      std::variant<Null, bool, std::int64_t, std::uint64_t, double, Text, BytesValue, ListValue, MapValue,
                   DurationValue, TimestampValue, TypeValue, ObjectValue, OptionalValue>;
  Value() = default;
  Value(Variant variant) : variant_(std::move(variant)) {}  // NOLINT(google-explicit-constructor)
  static Value of(std::string_view text) { return Value(Variant(std::make_shared<const std::string>(text))); }
  static Value of(const std::vector<std::string>& texts);

  const Variant& variant() const { return variant_; }
  template <typename T>
  const T* as() const {
    return std::get_if<T>(&variant_);
  }
  // Puts a T in the place of what was there.
  template <typename T, typename... Arguments>
  T& emplace(Arguments&&... arguments) {
    return variant_.emplace<T>(std::forward<Arguments>(arguments)...);
  }

 private:
  Variant variant_;
};

// A list that is a set, or a map by some members of its elements: its order says nothing to ==, and + puts in
// what it does not have, or in the place of what has the same keys.
struct ListKeys {
  std::vector<Value> members = {};  // names; none: the whole element counts
};

}  // namespace cw::cel
