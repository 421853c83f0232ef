#include "apiserver/typed_decode.h"

#include <limits>

#include <nlohmann/json.hpp>

#include "apiserver/go_time.h"
#include "apiserver/kinds/quantity.h"
#include "lib/base/encoding.h"

namespace cw::apiserver {
namespace {

constexpr std::size_t kMaxUnknown = 100;

// Where the decoder is: once as errors about types name it, once as errors about unknown fields do.
struct Place {
  std::string owner;       // the struct that the field is of: "ObjectMeta"
  std::string field_path;  // "metadata.labels", fields only
  std::string path;        // "metadata.ownerReferences[0].uid"
};

std::string joined(const std::string& path, const std::string& name) {
  return path.empty() ? name : path + "." + name;
}

std::string go_type(const ValueType& type) {
  switch (type.kind) {
    case TypeKind::Text:
      if (type.name.empty()) return "string";
      return type.name.find('.') == std::string::npos ? "v1." + type.name : type.name;
    case TypeKind::Integer:
      return type.bits == 32 ? "int32" : "int64";
    case TypeKind::IntOrString:
      return "int32";
    case TypeKind::Boolean:
      return "bool";
    case TypeKind::Bytes:
      return "[]uint8";
    case TypeKind::Struct:
      return "v1." + type.name;
    case TypeKind::Map:
      return "map[string]" + go_type(*type.of);
    case TypeKind::List:
      return "[]" + go_type(*type.of);
    default:
      return "string";  // times, which Go reads as strings
  }
}

// Only what should be a whole number is shown itself.
std::string read_kind(const Json& value, const ValueType& type) {
  const bool wants_number = type.kind == TypeKind::Integer || type.kind == TypeKind::IntOrString;
  return value.is_number() && wants_number ? "number " + value.dump() : go_kind(value);
}

// Types with code of their own for reading JSON.
bool reads_itself(const ValueType& type) {
  return type.kind == TypeKind::IntOrString || type.kind == TypeKind::Time ||
         type.kind == TypeKind::MicroTime;
}

// Of a value that a conversion starts from.
std::string converted_kind(const Json& value) {
  if (value.is_number()) return value.is_number_float() ? "float64" : "int64";
  if (value.is_boolean()) return "bool";
  return value.is_object() ? "map" : value.is_array() ? "slice" : value.type_name();
}

std::string no_conversion(const Json& value, const ValueType& type) {
  if (reads_itself(type)) {
    return "json: cannot unmarshal " + read_kind(value, type) + " into Go value of type " + go_type(type);
  }
  const std::string kind = converted_kind(value);
  if (type.kind == TypeKind::Struct) return "cannot restore struct from: " + kind;
  if (type.kind == TypeKind::Map) return "cannot restore map from " + kind;
  if (type.kind == TypeKind::List || type.kind == TypeKind::Bytes) return "cannot restore slice from " + kind;
  // Go converts numbers to texts (as code points), which JSON does not mean; nothing else is ever tried.
  const bool is_close = type.kind == TypeKind::Integer ? value.is_number() : value.is_number_integer();
  if (is_close && type.kind != TypeKind::Boolean) return "cannot convert " + kind + " to " + go_type(type);
  return "unrecognized type: " + (type.kind == TypeKind::Text ? std::string("string") : go_type(type));
}

class Decoder {
 public:
  explicit Decoder(TypedFindings& findings) : findings_(findings) {}

  Json decode(Json value, const ValueType& type, const Place& place) {
    switch (type.kind) {
      case TypeKind::Text:
        return value.is_string() ? value : mistyped(value, type, place);
      case TypeKind::Boolean:
        return value.is_boolean() ? value : mistyped(value, type, place);
      case TypeKind::Integer:
        return fits(value, type.bits) ? value : mistyped(value, type, place);
      case TypeKind::Bytes:
        return decode_bytes(std::move(value), type, place);
      case TypeKind::Time:
      case TypeKind::MicroTime:
        return decode_time(value, type, place);
      case TypeKind::Quantity:
        return decode_quantity(value);
      case TypeKind::IntOrString:
        return decode_int_or_string(value, type, place);
      case TypeKind::Struct:
        return value.is_object() ? decode_struct(value, type, place) : mistyped(value, type, place);
      case TypeKind::Map:
        return value.is_object() ? decode_map(value, type, place) : mistyped(value, type, place);
      case TypeKind::List:
        return value.is_array() ? decode_list(value, type, place) : mistyped(value, type, place);
      case TypeKind::Any:
        break;
    }
    return value;
  }

 private:
  static bool fits(const Json& value, int bits) {
    if (value.is_number_unsigned()) {
      const auto limit = bits == 32 ? std::uint64_t(std::numeric_limits<std::int32_t>::max())
                                    : std::uint64_t(std::numeric_limits<std::int64_t>::max());
      return value.get<std::uint64_t>() <= limit;
    }
    if (!value.is_number_integer()) return false;
    return bits == 64 || value.get<std::int64_t>() >= std::numeric_limits<std::int32_t>::min();
  }

  // What a type with a reader of its own says ends Go's decoding, and goes before what was found until then.
  void stop(std::string message) {
    if (!findings_.error) findings_.conversion = message;
    if (!stopped_) findings_.error = std::move(message);
    stopped_ = true;
  }

  Json mistyped(const Json& value, const ValueType& type, const Place& place) {
    if (!findings_.error) findings_.conversion = no_conversion(value, type);
    std::string message = "json: cannot unmarshal " + read_kind(value, type) + " into Go struct field " +
                          place.owner + "." + place.field_path + " of type " + go_type(type);
    if (stopped_) return nullptr;
    stopped_ = reads_itself(type);
    if (stopped_ || !findings_.error) findings_.error = std::move(message);
    return nullptr;
  }

  Json decode_bytes(Json value, const ValueType& type, const Place& place) {
    if (!value.is_string()) return mistyped(value, type, place);
    const auto& text = value.get_ref<const std::string&>();
    const auto bytes = decode_base64(text);
    if (!bytes) {
      const std::string why = "illegal base64 data at input byte " + std::to_string(illegal_base64_at(text));
      if (findings_.error) return nullptr;
      findings_.conversion = "error decoding from json: " + why;
      findings_.error = why;
      return nullptr;
    }
    // Line breaks, which decoding skips, do not come back.
    if (text.find_first_of("\r\n") != std::string::npos) value = encode_base64(*bytes);
    return value;
  }

  static std::size_t illegal_base64_at(std::string_view text) {
    constexpr std::string_view kAlphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/\r\n";
    const std::size_t at = text.find_first_not_of(kAlphabet);
    return at == std::string_view::npos || at + 4 >= text.size() + 2 ? text.size() & ~std::size_t(3) : at;
  }

  Json decode_time(const Json& value, const ValueType& type, const Place& place) {
    if (!value.is_string()) return mistyped(value, type, place);
    const auto& text = value.get_ref<const std::string&>();
    const auto form = type.kind == TypeKind::Time ? TimeForm::Seconds : TimeForm::Microseconds;
    Result<std::string> time = canonical_time(text, form);
    if (time) return std::move(time).value();
    stop(time.error().message);
    return nullptr;
  }

  // Numbers are amounts too.
  Json decode_quantity(const Json& value) {
    Result<std::string> amount =
        canonical_quantity(value.is_string() ? value.get<std::string>() : value.dump());
    if (amount) return std::move(amount).value();
    stop(amount.error().message);
    return nullptr;
  }

  Json decode_int_or_string(const Json& value, const ValueType& type, const Place& place) {
    return value.is_string() || fits(value, 32) ? value : mistyped(value, type, place);
  }

  Json decode_map(const Json& value, const ValueType& type, const Place& place) {
    Json out = Json::object();
    for (const auto& [key, item] : value.items()) {
      out[key] = item.is_null() ? zero(*type.of) : decode(item, *type.of, place);
    }
    return out;
  }

  Json decode_list(const Json& value, const ValueType& type, const Place& place) {
    Json out = Json::array();
    for (std::size_t i = 0; i < value.size(); ++i) {
      Place item = place;
      item.path += "[" + std::to_string(i) + "]";
      if (value[i].is_null()) {
        out.push_back(zero(*type.of));
      } else {
        out.push_back(decode(value[i], *type.of, item));
      }
    }
    return out;
  }

  Json decode_struct(const Json& value, const ValueType& type, const Place& place) {
    Json out = Json::object();
    auto unseen = value.begin();  // both are in the order of names: so are the findings
    for (const auto& [name, field] : type.fields) {
      for (; unseen != value.end() && unseen.key() <= name; ++unseen) add_unknown(type, unseen.key(), place);
      const auto given = value.find(name);
      Json decoded;
      if (given != value.end() && !given->is_null()) {
        const std::size_t told = findings_.unknown.size();
        decoded = field.lenient && given->is_boolean()
                      ? *given
                      : decode(*given, *field.type,
                               {type.name, joined(place.field_path, name), joined(place.path, name)});
        if (field.lenient) findings_.unknown.resize(told);
      }
      if (is_kept(decoded, field)) {
        out[name] = std::move(decoded);
      } else if (!field.fallback.empty()) {
        out[name] = field.fallback;
      } else if (field.always) {
        out[name] = field.pointer ? Json(nullptr) : zero(*field.type);
      }
    }
    for (; unseen != value.end(); ++unseen) add_unknown(type, unseen.key(), place);
    return out;
  }

  void add_unknown(const ValueType& type, const std::string& name, const Place& place) {
    if (type.fields.contains(name) || findings_.unknown.size() >= kMaxUnknown) return;
    findings_.unknown.push_back(joined(place.path, name));
  }

  // Go's omitempty leaves out what is zero; a struct never is, nor what is behind a pointer. managedFields
  // counts as that too: an empty list there asks that all be forgotten, and goes before it is stored.
  static bool is_kept(const Json& value, const Field& field) {
    if (value.is_null()) return false;
    const TypeKind kind = field.type->kind;
    const bool is_struct = kind == TypeKind::Struct || kind == TypeKind::Any || kind == TypeKind::Quantity ||
                           kind == TypeKind::IntOrString;
    if (field.pointer || is_struct) return true;
    if (value.is_string()) return !value.get_ref<const std::string&>().empty();
    if (value.is_boolean()) return value.get<bool>();
    if (value.is_number()) return value != 0;
    return !value.empty();
  }

  static Json zero(const ValueType& type) {
    switch (type.kind) {
      case TypeKind::Text:
        return "";
      case TypeKind::Integer:
      case TypeKind::IntOrString:
        return 0;
      case TypeKind::Quantity:
        return "0";
      case TypeKind::Boolean:
        return false;
      case TypeKind::Struct: {
        Json out = Json::object();
        for (const auto& [name, field] : type.fields) {
          if (field.always) out[name] = field.pointer ? Json(nullptr) : zero(*field.type);
        }
        return out;
      }
      default:
        return nullptr;
    }
  }

  TypedFindings& findings_;
  bool stopped_ = false;
};

}  // namespace

std::string go_kind(const Json& value) {
  if (value.is_number()) return "number";
  if (value.is_boolean()) return "bool";
  return value.type_name();
}

Json decode_typed(Json value, const ValueType& type, TypedFindings& findings) {
  return Decoder(findings).decode(std::move(value), type, {type.name, {}, {}});
}

}  // namespace cw::apiserver
