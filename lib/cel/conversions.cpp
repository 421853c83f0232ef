// int(), string(), timestamp() and the like; size() and type(). Source: CEL language definition, "Standard
// definitions"; text is read as Go's strconv reads it.
#include <array>
#include <cmath>
#include <limits>

#include "lib/base/encoding.h"
#include "lib/cel/functions.h"
#include "lib/cel/literal.h"
#include "lib/cel/moment.h"

namespace cw::cel {
namespace {

// Texts longer than any number, time or flag are not read.
constexpr std::size_t kLongestScalar = 1024;
constexpr double kTwoTo63 = 9223372036854775808.0;
constexpr double kTwoTo64 = 18446744073709551616.0;

template <typename T>
bool give(Evaluation& run, const Node& node, const std::optional<T>& value, std::string_view problem,
          Value& room) {
  if (!value) return run.fail(node, problem);
  room = Value(Value::Variant(*value));
  return true;
}

std::string_view scalar_text(Evaluation& run, const Text& text) {
  (void)run.work(100);
  return view(text).substr(0, kLongestScalar);
}

bool to_int(Evaluation& run, const Node& node, const Value& from, Value& room) {
  if (const Text* text = from.as<Text>())
    return give(run, node, go_int(scalar_text(run, *text)), "type conversion error from 'string' to 'int'",
                room);
  if (const auto* number = from.as<std::uint64_t>()) {
    if (*number > static_cast<std::uint64_t>(INT64_MAX)) return run.fail(node, "integer overflow");
    room.emplace<std::int64_t>(static_cast<std::int64_t>(*number));
    return true;
  }
  if (const auto* number = from.as<double>()) {
    if (!(*number > -kTwoTo63 && *number < kTwoTo63)) return run.fail(node, "integer overflow");
    room.emplace<std::int64_t>(static_cast<std::int64_t>(*number));
    return true;
  }
  if (const auto* time = from.as<TimestampValue>()) {
    room.emplace<std::int64_t>(time->seconds);
    return true;
  }
  if (const auto* duration = from.as<DurationValue>())
    return give(run, node, nanoseconds(*duration), "integer overflow", room);
  return no_overload(run, node);
}

bool to_uint(Evaluation& run, const Node& node, const Value& from, Value& room) {
  if (const Text* text = from.as<Text>())
    return give(run, node, go_uint(scalar_text(run, *text)), "type conversion error from 'string' to 'uint'",
                room);
  if (const auto* number = from.as<std::int64_t>()) {
    if (*number < 0) return run.fail(node, "unsigned integer overflow");
    room.emplace<std::uint64_t>(static_cast<std::uint64_t>(*number));
    return true;
  }
  if (const auto* number = from.as<double>()) {
    if (!(*number >= 0 && *number < kTwoTo64)) return run.fail(node, "unsigned integer overflow");
    room.emplace<std::uint64_t>(static_cast<std::uint64_t>(*number));
    return true;
  }
  return no_overload(run, node);
}

bool to_double(Evaluation& run, const Node& node, const Value& from, Value& room) {
  if (const Text* text = from.as<Text>())
    return give(run, node, go_double(scalar_text(run, *text)),
                "type conversion error from 'string' to 'double'", room);
  if (const auto* number = from.as<std::int64_t>()) {
    room.emplace<double>(static_cast<double>(*number));
    return true;
  }
  if (const auto* number = from.as<std::uint64_t>()) {
    room.emplace<double>(static_cast<double>(*number));
    return true;
  }
  return no_overload(run, node);
}

bool to_string(Evaluation& run, const Node& node, const Value& from, Value& room) {
  if (!run.work(100)) return false;
  if (const bool* flag = from.as<bool>()) return run.give(node, *flag ? "true" : "false", room);
  if (const auto* number = from.as<std::int64_t>()) return run.give(node, std::to_string(*number), room);
  if (const auto* number = from.as<std::uint64_t>()) return run.give(node, std::to_string(*number), room);
  if (const auto* number = from.as<double>()) return run.give(node, shortest_decimal(*number), room);
  if (const auto* time = from.as<TimestampValue>()) return run.give(node, timestamp_text(*time), room);
  if (const auto* duration = from.as<DurationValue>()) return run.give(node, duration_text(*duration), room);
  const BytesValue* bytes = from.as<BytesValue>();
  if (bytes == nullptr) return no_overload(run, node);
  const std::string_view content = view(bytes->bytes);
  if (!run.work(content.size())) return false;
  if (!is_valid_utf8(content)) return run.fail(node, "invalid UTF-8 in bytes, cannot convert to string");
  room = Value(Value::Variant(bytes->bytes));
  return true;
}

bool to_time(Evaluation& run, const Node& node, const Value& from, Value& room) {
  if (const auto* seconds = from.as<std::int64_t>(); seconds != nullptr && node.op == Op::ToTimestamp)
    return give(run, node, timestamp_at(*seconds), "timestamp overflow", room);
  const Text* text = from.as<Text>();
  if (text == nullptr) return no_overload(run, node);
  const std::string_view content = scalar_text(run, *text);
  if (node.op == Op::ToTimestamp)
    return give(run, node, parse_timestamp(content),
                "type conversion error from 'string' to 'google.protobuf.Timestamp'", room);
  return give(run, node, parse_span(content),
              "type conversion error from 'string' to 'google.protobuf.Duration'", room);
}

Kind wanted(Op op) {
  switch (op) {
    case Op::ToBool:
      return Kind::Bool;
    case Op::ToBytes:
      return Kind::Bytes;
    case Op::ToDouble:
      return Kind::Double;
    case Op::ToDuration:
      return Kind::Duration;
    case Op::ToInt:
      return Kind::Int;
    case Op::ToString:
      return Kind::String;
    case Op::ToTimestamp:
      return Kind::Timestamp;
    default:
      return Kind::Uint;
  }
}

}  // namespace

std::string_view type_name(const Value& value) {
  constexpr std::array<std::string_view, 12> kNames{"null_type",
                                                    "bool",
                                                    "int",
                                                    "uint",
                                                    "double",
                                                    "string",
                                                    "bytes",
                                                    "list",
                                                    "map",
                                                    "google.protobuf.Duration",
                                                    "google.protobuf.Timestamp",
                                                    "type"};
  if (const ObjectValue* object = value.as<ObjectValue>()) return object->type;
  if (value.as<OptionalValue>() != nullptr) return "optional_type";
  return kNames[value.variant().index()];
}

Kind kind_of(const Value& value) {
  constexpr std::array<Kind, 14> kKinds{
      Kind::Null, Kind::Bool, Kind::Int,      Kind::Uint,      Kind::Double, Kind::String, Kind::Bytes,
      Kind::List, Kind::Map,  Kind::Duration, Kind::Timestamp, Kind::Type,   Kind::Object, Kind::Optional};
  return kKinds[value.variant().index()];
}

bool apply_conversion(Evaluation& run, const Node& node, Arguments arguments, Value& room) {
  const Value& from = *arguments[0];
  if (node.op == Op::ToType) {
    room = Value(Value::Variant(TypeValue{type_name(from)}));
    return true;
  }
  if (node.op == Op::Size) {
    const Kind kind = kind_of(from);
    const bool has_size =
        kind == Kind::String || kind == Kind::Bytes || kind == Kind::List || kind == Kind::Map;
    if (!has_size) return no_overload(run, node);
    room.emplace<std::int64_t>(static_cast<std::int64_t>(run.size_of(from)));
    return !run.is_stopped();
  }
  if (kind_of(from) == wanted(node.op)) {
    room = from;
    return true;
  }
  const Text* text = from.as<Text>();
  switch (node.op) {
    case Op::ToBool:
      if (text == nullptr) return no_overload(run, node);
      return give(run, node, go_bool(view(*text)), "type conversion error from 'string' to 'bool'", room);
    case Op::ToBytes:
      if (text == nullptr) return no_overload(run, node);
      room = Value(Value::Variant(BytesValue{*text}));
      return true;
    case Op::ToInt:
      return to_int(run, node, from, room);
    case Op::ToUint:
      return to_uint(run, node, from, room);
    case Op::ToDouble:
      return to_double(run, node, from, room);
    case Op::ToString:
      return to_string(run, node, from, room);
    default:
      return to_time(run, node, from, room);
  }
}

}  // namespace cw::cel
