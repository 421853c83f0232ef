// decode<T>: JSON to a struct with visit_fields, as Go's typed decoder does it (reference/admission.md 3.5):
// member names case-sensitive, unknown ones ignored, the last of duplicates wins, null is absent, a wrong
// JSON type, an integer out of range, a malformed duration, time, base64 or quantity is Code::Invalid naming
// the path. Linear in the size of the input; recursion is bounded by the type, and by kMaxJsonDepth below a
// RawJson. For .cpp files only. Pure.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/base/assert.h"
#include "lib/base/result.h"
#include "lib/kube/decode_failure.h"
#include "lib/kube/fields.h"
#include "lib/kube/json_source.h"
#include "lib/kube/metadata.h"

namespace cw::kube {

// Of elements of lists and maps, in one object.
inline constexpr std::size_t kMaxDecodedBytes = std::size_t{64} << 20U;

std::string_view describe(JsonType);

template <JsonSource J>
class Decoder {
 public:
  // Each answers whether it succeeded. null leaves `to` as it is, which is its zero value.
  bool read(const J& from, std::string& to);
  bool read(const J& from, bool& to);
  bool read(const J& from, Duration& to);
  bool read(const J& from, TimePoint& to);
  bool read(const J& from, Bytes& to);
  bool read(const J& from, RawJson& to);
  bool read(const J& from, Quantity& to);
  template <std::signed_integral T>
  bool read(const J& from, T& to);
  template <typename T>
  bool read(const J& from, std::optional<T>& to);
  template <typename T>
  bool read(const J& from, List<T>& to);
  template <typename T>
  bool read(const J& from, MapOf<T>& to);
  template <HasFields T>
  bool read(const J& from, T& to);

  Error error() const { return failure_.error(); }

 private:
  enum class Expect : std::uint8_t { Null, Match, Mismatch };
  Expect expect(const J& from, JsonType wanted);
  bool read_integer(const J& from, std::int64_t lowest, std::int64_t highest, std::int64_t& to);
  bool copy(const J& from, Json& to, int depth);
  bool spend(std::size_t bytes);
  template <typename T>
  bool read_member(std::string_view name, const J& value, T& to, std::uint64_t& seen);

  DecodeFailure failure_;
  std::size_t left_ = kMaxDecodedBytes;
};

// The scalar half is compiled once, in decode.cpp.
extern template class Decoder<JsonTree>;
extern template class Decoder<ParsedJson>;

template <JsonSource J>
template <std::signed_integral T>
bool Decoder<J>::read(const J& from, T& to) {
  std::int64_t value = to;
  if (!read_integer(from, std::numeric_limits<T>::min(), std::numeric_limits<T>::max(), value)) return false;
  to = static_cast<T>(value);
  return true;
}

template <JsonSource J>
template <typename T>
bool Decoder<J>::read(const J& from, std::optional<T>& to) {
  if (from.type() == JsonType::Null) return true;
  return read(from, to.emplace());
}

template <JsonSource J>
template <typename T>
bool Decoder<J>::read(const J& from, List<T>& to) {
  const Expect found = expect(from, JsonType::Array);
  if (found != Expect::Match) return found == Expect::Null;
  to = List<T>(std::vector<T>{});
  std::size_t index = 0;
  return from.for_each_item([&](const J& item) {
    if (!spend(sizeof(T)) || !read(item, to.emplace_back())) {
      failure_.under_index(index);
      return false;
    }
    ++index;
    return true;
  });
}

template <JsonSource J>
template <typename T>
bool Decoder<J>::read(const J& from, MapOf<T>& to) {
  const Expect found = expect(from, JsonType::Object);
  if (found != Expect::Match) return found == Expect::Null;
  std::vector<typename MapOf<T>::Entry> entries;
  const bool read_all = from.for_each_member([&](std::string_view key, const J& value) {
    if (spend(sizeof(entries[0])) && read(value, entries.emplace_back(std::string(key), T{}).second))
      return true;
    failure_.under_key(key);
    return false;
  });
  if (read_all) to = MapOf<T>(std::move(entries));
  return read_all;
}

template <JsonSource J>
template <HasFields T>
bool Decoder<J>::read(const J& from, T& to) {
  const Expect found = expect(from, JsonType::Object);
  if (found != Expect::Match) return found == Expect::Null;
  std::uint64_t seen = 0;
  return from.for_each_member(
      [&](std::string_view name, const J& value) { return read_member(name, value, to, seen); });
}

// `seen` has a bit for each field that had a value already: 64 fields are the most a struct may have.
template <JsonSource J>
template <typename T>
bool Decoder<J>::read_member(std::string_view name, const J& value, T& to, std::uint64_t& seen) {
  std::uint64_t bit = 1;
  bool done = false;
  bool succeeded = true;
  visit_fields(to, [&](FieldName field, auto& member) {
    const std::uint64_t mine = std::exchange(bit, bit << 1U);
    if (done || field.text != name) return;
    done = true;
    CW_ASSERT(mine != 0);
    if ((seen & mine) != 0) member = {};
    seen |= mine;
    succeeded = read(value, member);
    if (!succeeded) failure_.under_field(name);
  });
  return succeeded;
}

template <typename T, JsonSource J>
Result<T> decode_from(const J& from) {
  Decoder<J> decoder;
  T value{};
  if (!decoder.read(from, value)) return decoder.error();
  return value;
}

template <typename T>
Result<T> decode(const Json& from) {
  return decode_from<T>(JsonTree(from));
}

template <typename T>
Result<T> decode(const simdjson::dom::element& from) {
  return decode_from<T>(ParsedJson(from));
}

// A whole API object: must be a JSON object, and apiVersion and kind, which the structs do not keep, must be
// strings if they are there.
template <typename T, typename Source>
Result<T> decode_object(const Source& from) {
  auto type = decode<std::optional<TypeMeta>>(from);
  if (!type) return std::move(type).error();
  if (!type->has_value()) return Error{Code::Invalid, "must be an object, but is null"};
  return decode<T>(from);
}

}  // namespace cw::kube
