#include "apiserver/protobuf_encode.h"

#include <bit>
#include <map>

#include <nlohmann/json.hpp>

#include "apiserver/json_access.h"
#include "apiserver/protobuf_writer.h"
#include "lib/base/encoding.h"
#include "lib/base/time_text.h"

namespace cw::apiserver {
namespace {

constexpr std::string_view kMagic{"k8s\0", 4};
constexpr std::string_view kListMeta = "io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta";

// seconds = 1, nanos = 2
std::string time_message(const std::string& text) {
  ProtobufWriter out;
  const auto time = parse_time(text);
  if (!time) return {};
  const auto since = time->time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
  out.present_number(1, static_cast<std::uint64_t>(seconds.count()));
  // What is behind the seconds stands in the text alone.
  std::uint64_t nanos = 0;
  if (const std::size_t dot = text.find('.'); dot != std::string::npos) {
    std::uint64_t unit = 100'000'000;
    for (std::size_t i = dot + 1; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i, unit /= 10) {
      nanos += unit * static_cast<unsigned>(text[i] - '0');
    }
  }
  out.present_number(2, nanos);
  return out.take();
}

std::uint64_t number_of(const Json& value) {
  if (value.is_boolean()) return value.get<bool>() ? 1 : 0;
  return value.is_number() ? static_cast<std::uint64_t>(value.get<std::int64_t>()) : 0;
}

std::string int_or_string_message(const Json& value) {
  ProtobufWriter out;
  out.present_number(1, value.is_string() ? 1 : 0);
  out.present_number(2, number_of(value));
  out.message(3, value.is_string() ? value.get<std::string>() : std::string());
  return out.take();
}

// Whatever is written with a length: texts, bytes, messages.
std::string bytes_of(const Json& value, const ValueType& type) {
  ProtobufWriter out;
  switch (type.kind) {
    case TypeKind::Bytes:
      return value.is_string() ? decode_base64(value.get<std::string>()).value_or("") : std::string();
    case TypeKind::Time:
    case TypeKind::MicroTime:
      return value.is_string() ? time_message(value.get<std::string>()) : std::string();
    case TypeKind::Quantity:
      out.message(1, value.is_string() ? value.get<std::string>() : "0");
      return out.take();
    case TypeKind::IntOrString:
      return int_or_string_message(value);
    case TypeKind::Struct:
      return encode_message(value, type);
    case TypeKind::Any:  // FieldsV1 and the like: JSON text in field 1
      out.message(1, dumped(value));
      return out.take();
    default:
      return value.is_string() ? value.get<std::string>() : std::string();
  }
}

void add_value(ProtobufWriter& out, unsigned number, const Json& value, const ValueType& type) {
  if (type.kind == TypeKind::Integer || type.kind == TypeKind::Boolean) {
    out.present_number(number, number_of(value));
  } else if (type.real) {
    out.fixed(number, std::bit_cast<std::uint64_t>(value.is_number() ? value.get<double>() : 0.0));
  } else {
    out.message(number, bytes_of(value, type));
  }
}

// A value of such a type, or a boolean, in a message of their own.
std::string wrapped_message(const Json& value, const Field& field) {
  ProtobufWriter out;
  if (value.is_boolean() || field.wrapped != 1)
    out.present_number(1, value.is_boolean() ? number_of(value) : 1);
  if (!value.is_boolean()) add_value(out, field.wrapped, value, *field.type);
  return out.take();
}

// Entries of key = 1, value = 2. A list as a value is wrapped: items = 1.
void add_map(ProtobufWriter& out, unsigned number, const Json& map, const ValueType& type) {
  for (const auto& [key, value] : map.items()) {
    ProtobufWriter entry;
    entry.message(1, key);
    if (type.of->kind == TypeKind::List) {
      ProtobufWriter wrapped;
      for (const Json& item : value) add_value(wrapped, 1, item, *type.of->of);
      entry.message(2, wrapped.take());
    } else {
      add_value(entry, 2, value, *type.of);
    }
    out.message(number, entry.take());
  }
}

void add_field(ProtobufWriter& out, const Json& value, const Field& field) {
  if (field.type->kind == TypeKind::Map) {
    add_map(out, field.number, value, *field.type);
  } else if (field.type->kind == TypeKind::List) {
    for (const Json& item : value) add_value(out, field.number, item, *field.type->of);
  } else if (field.wrapped != 0) {
    out.message(field.number, wrapped_message(value, field));
  } else {
    add_value(out, field.number, value, *field.type);
  }
}

}  // namespace

std::string encode_message(const Json& object, const ValueType& type) {
  ProtobufWriter out;
  std::map<unsigned, ProtobufWriter> embedded;
  for (const auto& [name, field] : type.fields) {
    const Json* value = field.number != 0 ? find_member(object, name) : nullptr;
    if (value == nullptr || value->is_null()) continue;
    add_field(field.within == 0 ? out : embedded[field.within], *value, field);
  }
  for (auto& [number, message] : embedded) out.message(number, message.take());
  return out.take();
}

std::string encode_envelope(std::string_view api_version, std::string_view kind, std::string_view message) {
  ProtobufWriter type;
  type.message(1, api_version);
  type.message(2, kind);
  ProtobufWriter envelope;
  envelope.message(1, type.take());
  envelope.message(2, message);
  envelope.message(3, "");  // contentEncoding
  envelope.message(4, "");  // contentType
  return std::string(kMagic) + envelope.take();
}

std::string encode_protobuf(const Json& object, const ValueType& type) {
  return encode_envelope(text_member(object, "apiVersion"), text_member(object, "kind"),
                         encode_message(object, type));
}

std::string encode_list(std::string_view api_version, std::string_view kind, const Json& metadata,
                        const std::vector<std::string>& items, const TypeCatalog& types) {
  ProtobufWriter out;
  out.message(1, encode_message(metadata, types.type(kListMeta)));
  for (const std::string& item : items) out.message(2, item);
  return encode_envelope(api_version, kind, out.take());
}

std::string encode_event_frame(std::string_view type, std::string_view enveloped) {
  ProtobufWriter raw;
  raw.message(1, enveloped);
  ProtobufWriter event;
  event.message(1, type);
  event.message(2, raw.take());
  const std::string message = event.take();
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(message.size() >> shift & 0xff);
  return out + message;
}

}  // namespace cw::apiserver
