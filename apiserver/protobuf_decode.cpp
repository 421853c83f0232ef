#include "apiserver/protobuf_decode.h"

#include <nlohmann/json.hpp>

#include "apiserver/protobuf_reader.h"
#include "lib/base/encoding.h"
#include "lib/base/time_text.h"
#include "lib/kube/json.h"

namespace cw::apiserver {
namespace {

constexpr std::string_view kMagic{"k8s\0", 4};

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

Result<Json> struct_value(std::string_view message, const ValueType& type);

Result<Json> value_of(const ProtobufField& field, const ValueType& type) {
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
    case TypeKind::Struct:
      return struct_value(field.bytes, type);
    default:
      return text_value(field.bytes);
  }
}

// FieldsV1: JSON text in field 1.
Result<Json> raw_json(std::string_view message) {
  Json value = Json::object();
  TRY(each_field(message, [&](const ProtobufField& field) -> Status {
    if (field.number == 1) value = TRY(kube::parse_json(field.bytes));
    return Done{};
  }));
  return value;
}

// A list inside a map is wrapped: items = 1.
Result<Json> wrapped_list(std::string_view message, const ValueType& items) {
  Json list = Json::array();
  TRY(each_field(message, [&](const ProtobufField& field) -> Status {
    if (field.number == 1) list.push_back(TRY(value_of(field, items)));
    return Done{};
  }));
  return list;
}

// One entry: key = 1, value = 2.
Status add_entry(Json& map, std::string_view message, const ValueType& type) {
  Json key = "";
  Json value = type.of->kind == TypeKind::List ? Json(Json::array()) : Json("");
  TRY(each_field(message, [&](const ProtobufField& field) -> Status {
    if (field.number == 1) key = TRY(text_value(field.bytes));
    if (field.number != 2) return Done{};
    value = type.of->kind == TypeKind::List ? TRY(wrapped_list(field.bytes, *type.of->of))
                                            : TRY(value_of(field, *type.of));
    return Done{};
  }));
  map[key.get<std::string>()] = std::move(value);
  return Done{};
}

Status add_field(Json& object, const std::string& name, const ProtobufField& field, const ValueType& type) {
  const bool needs_bytes = type.kind != TypeKind::Integer && type.kind != TypeKind::Boolean;
  const ValueType& wire = type.kind == TypeKind::List ? *type.of : type;
  const bool item_needs_bytes = wire.kind != TypeKind::Integer && wire.kind != TypeKind::Boolean;
  if (needs_bytes && item_needs_bytes && !field.is_bytes) return malformed();
  switch (type.kind) {
    case TypeKind::Map: {
      Json& map = object[name];
      if (!map.is_object()) map = Json::object();
      return add_entry(map, field.bytes, type);
    }
    case TypeKind::List: {
      Json item = TRY(value_of(field, *type.of));
      object[name].push_back(std::move(item));
      return Done{};
    }
    case TypeKind::Any:
      object[name] = TRY(raw_json(field.bytes));
      return Done{};
    default:
      object[name] = TRY(value_of(field, type));
      return Done{};
  }
}

// Types do not contain themselves, so the nesting of messages ends with that of the type.
Result<Json> struct_value(std::string_view message, const ValueType& type) {
  Json object = Json::object();
  TRY(each_field(message, [&](const ProtobufField& field) -> Status {
    for (const auto& [name, known] : type.fields) {
      if (known.number == field.number) return add_field(object, name, field, *known.type);
    }
    return Done{};
  }));
  return object;
}

}  // namespace

Result<Json> decode_protobuf(std::string_view body, const ValueType& type) {
  if (!body.starts_with(kMagic)) return malformed();
  body.remove_prefix(kMagic.size());
  Json object = Json::object();
  Json type_meta = Json::object();  // of the envelope: apiVersion = 1, kind = 2
  TRY(each_field(body, [&](const ProtobufField& field) -> Status {
    if (field.number == 2) object = TRY(struct_value(field.bytes, type));
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
