#include "apiserver/protobuf_decode.h"

#include <bit>
#include <cmath>

#include <nlohmann/json.hpp>

#include "apiserver/protobuf_reader.h"
#include "lib/base/encoding.h"
#include "lib/base/time_text.h"
#include "lib/kube/json.h"

namespace cw::apiserver {
namespace {

constexpr std::string_view kMagic{"k8s\0", 4};
constexpr int kMaxDepth = 200;  // of messages in messages: schemas are in schemas

Error malformed() { return {Code::Invalid, "malformed protobuf"}; }

// All fields of a message, handed out one by one.
template <typename OnField>
Status each_field(std::string_view message, const OnField& on_field) {
  ProtobufReader reader(message);
  while (!reader.at_end()) {
    const auto field = reader.next();
    if (!field) return malformed();
    TRY(on_field(*field));
  }
  return Done{};
}

Result<Json> text_value(std::string_view bytes) {
  if (!is_valid_utf8(bytes)) return malformed();
  return Json(std::string(bytes));
}

// seconds = 1, nanos = 2; without either it is no time.
Result<Json> time_value(std::string_view message, TypeKind kind) {
  std::int64_t seconds = 0;
  std::uint64_t nanos = 0;
  TRY(each_field(message, [&](const ProtobufField& field) -> Status {
    if (field.number == 1) seconds = static_cast<std::int64_t>(field.value);
    if (field.number == 2) nanos = field.value;
    return Done{};
  }));
  constexpr std::int64_t kYear10000 = 253'402'300'800;
  if (seconds < -kYear10000 || seconds >= kYear10000 || nanos >= 1'000'000'000) return malformed();
  if (message.empty()) return Json(nullptr);
  std::string text = format_time(TimePoint{std::chrono::seconds(seconds)});
  if (kind == TypeKind::Time) return Json(text);
  const std::string micros = std::to_string(1'000'000 + nanos / 1000).substr(1);
  text.pop_back();  // the Z
  return Json(text + "." + micros + "Z");
}

// string = 1
Result<Json> quantity_value(std::string_view message) {
  Json value = "";
  TRY(each_field(message, [&](const ProtobufField& field) -> Status {
    if (field.number == 1) value = TRY(text_value(field.bytes));
    return Done{};
  }));
  return value;
}

// type = 1 (0: a number, 1: a text), intVal = 2, strVal = 3
Result<Json> int_or_string_value(std::string_view message) {
  bool is_text = false;
  Json number = 0;
  Json text = "";
  TRY(each_field(message, [&](const ProtobufField& field) -> Status {
    if (field.number == 1) is_text = field.value == 1;
    if (field.number == 2) number = static_cast<std::int64_t>(field.value);
    if (field.number == 3) text = TRY(text_value(field.bytes));
    return Done{};
  }));
  return is_text ? text : number;
}

// FieldsV1, and what may be anything: JSON text in field 1.
Result<Json> raw_json(std::string_view message) {
  Json value = Json::object();
  TRY(each_field(message, [&](const ProtobufField& field) -> Status {
    if (field.number == 1) value = TRY(kube::parse_json(field.bytes));
    return Done{};
  }));
  return value;
}

// Whole numbers as Go writes them.
Json real_value(std::uint64_t bits) {
  constexpr double kExact = 9'007'199'254'740'992.0;
  const double number = std::bit_cast<double>(bits);
  if (std::isfinite(number) && std::trunc(number) == number && std::abs(number) < kExact) {
    return static_cast<std::int64_t>(number);
  }
  return number;
}

bool needs_bytes(const ValueType& type) {
  return type.kind != TypeKind::Integer && type.kind != TypeKind::Boolean && !type.real;
}

Result<Json> struct_value(std::string_view message, const ValueType& type, int depth);

Result<Json> value_of(const ProtobufField& field, const ValueType& type, int depth) {
  if (needs_bytes(type) && !field.is_bytes) return malformed();
  switch (type.kind) {
    case TypeKind::Integer:
      return Json(static_cast<std::int64_t>(field.value));
    case TypeKind::Boolean:
      return Json(field.value != 0);
    case TypeKind::Bytes:
      return Json(encode_base64(field.bytes));
    case TypeKind::Time:
    case TypeKind::MicroTime:
      return time_value(field.bytes, type.kind);
    case TypeKind::Quantity:
      return quantity_value(field.bytes);
    case TypeKind::IntOrString:
      return int_or_string_value(field.bytes);
    case TypeKind::Struct:
      return struct_value(field.bytes, type, depth);
    case TypeKind::Any:
      return type.real ? real_value(field.value) : raw_json(field.bytes);
    default:
      return text_value(field.bytes);
  }
}

// A list inside a map is wrapped: items = 1.
Result<Json> wrapped_list(std::string_view message, const ValueType& items, int depth) {
  Json list = Json::array();
  TRY(each_field(message, [&](const ProtobufField& field) -> Status {
    if (field.number == 1) list.push_back(TRY(value_of(field, items, depth)));
    return Done{};
  }));
  return list;
}

// One entry: key = 1, value = 2.
Status add_entry(Json& map, std::string_view message, const ValueType& type, int depth) {
  Json key = "";
  Json value = type.of->kind == TypeKind::List ? Json(Json::array()) : Json("");
  TRY(each_field(message, [&](const ProtobufField& field) -> Status {
    if (field.number == 1) key = TRY(text_value(field.bytes));
    if (field.number != 2) return Done{};
    value = type.of->kind == TypeKind::List ? TRY(wrapped_list(field.bytes, *type.of->of, depth))
                                            : TRY(value_of(field, *type.of, depth));
    return Done{};
  }));
  map[key.get<std::string>()] = std::move(value);
  return Done{};
}

// A value of such a type, or a boolean, in a message of their own.
Result<Json> wrapped_value(std::string_view message, const Field& known, int depth) {
  Json value = false;
  bool found = false;
  TRY(each_field(message, [&](const ProtobufField& field) -> Status {
    if (field.number == known.wrapped && field.is_bytes) {
      value = TRY(value_of(field, *known.type, depth));
      found = true;
    } else if (field.number == 1 && !field.is_bytes && !found) {
      value = field.value != 0;
    }
    return Done{};
  }));
  return value;
}

Status add_field(Json& object, const std::string& name, const ProtobufField& field, const Field& known,
                 int depth) {
  const ValueType& type = *known.type;
  if (type.kind == TypeKind::Map) {
    if (!field.is_bytes) return malformed();
    Json& map = object[name];
    if (!map.is_object()) map = Json::object();
    return add_entry(map, field.bytes, type, depth);
  }
  if (type.kind == TypeKind::List) {
    Json item = TRY(value_of(field, *type.of, depth));
    object[name].push_back(std::move(item));
    return Done{};
  }
  if (known.wrapped != 0 && !field.is_bytes) return malformed();
  object[name] =
      known.wrapped != 0 ? TRY(wrapped_value(field.bytes, known, depth)) : TRY(value_of(field, type, depth));
  return Done{};
}

// The fields of a message, or of one that is embedded in it (`within`): those are members of the same object.
Status add_fields(Json& object, std::string_view message, const ValueType& type, unsigned within, int depth) {
  return each_field(message, [&](const ProtobufField& field) -> Status {
    for (const auto& [name, known] : type.fields) {
      if (known.number == field.number && known.within == within) {
        return add_field(object, name, field, known, depth);
      }
    }
    for (const auto& [name, known] : type.fields) {
      const bool embedded = within == 0 && known.within != 0 && known.within == field.number;
      if (embedded) return add_fields(object, field.bytes, type, known.within, depth);
    }
    return Done{};
  });
}

Result<Json> struct_value(std::string_view message, const ValueType& type, int depth) {
  if (depth >= kMaxDepth) return malformed();
  Json object = Json::object();
  TRY(add_fields(object, message, type, 0, depth + 1));
  return object;
}

}  // namespace

bool is_protobuf(std::string_view body) { return body.starts_with(kMagic); }

Result<Json> decode_protobuf(std::string_view body, const ValueType& type) {
  if (!is_protobuf(body)) return malformed();
  body.remove_prefix(kMagic.size());
  Json object = Json::object();
  Json type_meta = Json::object();  // of the envelope: apiVersion = 1, kind = 2
  TRY(each_field(body, [&](const ProtobufField& field) -> Status {
    if (field.number == 2) object = TRY(struct_value(field.bytes, type, 0));
    if (field.number != 1) return Done{};
    return each_field(field.bytes, [&](const ProtobufField& inner) -> Status {
      if (inner.number == 1) type_meta["apiVersion"] = TRY(text_value(inner.bytes));
      if (inner.number == 2) type_meta["kind"] = TRY(text_value(inner.bytes));
      return Done{};
    });
  }));
  object.update(type_meta);
  return object;
}

}  // namespace cw::apiserver
