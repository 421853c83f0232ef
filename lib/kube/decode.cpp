#include "lib/kube/decode.h"

namespace cw::kube {

std::string_view describe(JsonType type) {
  switch (type) {
    case JsonType::Null:
      return "null";
    case JsonType::Bool:
      return "a boolean";
    case JsonType::Integer:
      return "an integer";
    case JsonType::Number:
      return "a number";
    case JsonType::String:
      return "a string";
    case JsonType::Array:
      return "an array";
    case JsonType::Object:
      return "an object";
    case JsonType::Other:
      break;
  }
  return "not JSON";
}

template <JsonSource J>
auto Decoder<J>::expect(const J& from, JsonType wanted) -> Expect {
  const JsonType type = from.type();
  if (type == wanted) return Expect::Match;
  if (type == JsonType::Null) return Expect::Null;
  failure_.because("must be " + std::string(describe(wanted)) + ", but is " + std::string(describe(type)));
  return Expect::Mismatch;
}

template <JsonSource J>
bool Decoder<J>::read(const J& from, std::string& to) {
  const Expect found = expect(from, JsonType::String);
  if (found == Expect::Match) to = from.string();
  return found != Expect::Mismatch;
}

template <JsonSource J>
bool Decoder<J>::read(const J& from, bool& to) {
  const Expect found = expect(from, JsonType::Bool);
  if (found == Expect::Match) to = from.boolean();
  return found != Expect::Mismatch;
}

template <JsonSource J>
bool Decoder<J>::read(const J& from, Duration& to) {
  const Expect found = expect(from, JsonType::String);
  if (found != Expect::Match) return found == Expect::Null;
  return convert_duration(from.string(), to, failure_);
}

template <JsonSource J>
bool Decoder<J>::read(const J& from, TimePoint& to) {
  const Expect found = expect(from, JsonType::String);
  if (found != Expect::Match) return found == Expect::Null;
  return convert_time(from.string(), to, failure_);
}

template <JsonSource J>
bool Decoder<J>::read(const J& from, Bytes& to) {
  const Expect found = expect(from, JsonType::String);
  if (found != Expect::Match) return found == Expect::Null;
  return convert_bytes(from.string(), to, failure_);
}

template <JsonSource J>
bool Decoder<J>::read(const J& from, RawJson& to) {
  Json copied;
  if (from.type() == JsonType::Null) return true;
  if (!copy(from, copied, 0)) return false;
  to.text = copied.dump(-1, ' ', false, Json::error_handler_t::replace);
  return true;
}

template <JsonSource J>
bool Decoder<J>::read(const J& from, Quantity& to) {
  switch (from.type()) {
    case JsonType::Integer:
    case JsonType::Number:
      return convert_quantity(from.number().dump(), to, failure_);
    default:
      break;
  }
  const Expect found = expect(from, JsonType::String);
  if (found == Expect::Null) to.text = "0";  // a quantity has no absent form
  if (found != Expect::Match) return found == Expect::Null;
  return convert_quantity(from.string(), to, failure_);
}

template <JsonSource J>
bool Decoder<J>::read_integer(const J& from, std::int64_t lowest, std::int64_t highest, std::int64_t& to) {
  const Expect found = expect(from, JsonType::Integer);
  if (found != Expect::Match) return found == Expect::Null;
  to = from.integer();
  if (to >= lowest && to <= highest) return true;
  return failure_.because("must be between " + std::to_string(lowest) + " and " + std::to_string(highest));
}

template <JsonSource J>
bool Decoder<J>::spend(std::size_t bytes) {
  if (bytes > left_) return failure_.because("must be smaller: the object's lists and maps are too long");
  left_ -= bytes;
  return true;
}

// Members sorted, duplicates resolved: the same text whatever parsed it.
template <JsonSource J>
bool Decoder<J>::copy(const J& from, Json& to, int depth) {
  if (depth > kMaxJsonDepth) {
    return failure_.because("is nested deeper than " + std::to_string(kMaxJsonDepth) + " levels");
  }
  switch (from.type()) {
    case JsonType::Null:
      to = nullptr;
      return true;
    case JsonType::Bool:
      to = from.boolean();
      return true;
    case JsonType::Integer:
      to = from.integer();
      return true;
    case JsonType::Number:
      to = from.number();
      return true;
    case JsonType::String:
      to = std::string(from.string());
      return true;
    case JsonType::Array:
      to = Json::array();
      return from.for_each_item(
          [&](const J& item) { return copy(item, to.emplace_back(nullptr), depth + 1); });
    case JsonType::Object:
      to = Json::object();
      return from.for_each_member([&](std::string_view name, const J& value) {
        return copy(value, to[std::string(name)], depth + 1);
      });
    case JsonType::Other:
      break;
  }
  return failure_.because("must be JSON");
}

template class Decoder<JsonTree>;
template class Decoder<ParsedJson>;

}  // namespace cw::kube
