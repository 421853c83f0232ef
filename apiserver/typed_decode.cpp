#include "apiserver/typed_decode.h"

#include <limits>

#include <nlohmann/json.hpp>

#include "apiserver/go_time.h"
#include "apiserver/kinds/quantity.h"
#include "apiserver/typed_words.h"
#include "lib/base/encoding.h"
#include "schemas/path.h"

namespace cw::apiserver {
namespace {

constexpr std::size_t kMaxUnknown = 100;

// Where the decoder is, as chains on the stack: once as errors about unknown fields name it, once as errors
// about types do, by fields only.
struct Place {
  schemas::Path path;             // "metadata.ownerReferences[0].uid"
  std::string_view owner;         // the struct that the field is of: "ObjectMeta"
  const Place* within = nullptr;  // nullptr: the object itself, which is no field
  std::string_view embedded = {};
  std::string_view field = {};

  Place at(schemas::Path inner) const { return {inner, owner, within, embedded, field}; }

  // "metadata.labels"
  std::string field_path() const {
    if (within == nullptr) return {};
    std::string text = within->field_path();
    for (const std::string_view name : {embedded, field}) {
      if (name.empty()) continue;
      if (!text.empty()) text += '.';
      text += name;
    }
    return text;
  }
};

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
    return type.real && !value.is_number() ? mistyped(value, type, place) : value;
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

  // The first finding counts. But what a type with a reader of its own says ends Go's decoding, and goes
  // before what was found until then.
  enum class Ends : bool { No, Yes };
  Json fail(std::string message, std::string conversion, Ends ends) {
    if (!findings_.error) findings_.conversion = std::move(conversion);
    const bool goes_first = ends == Ends::Yes && !stopped_;
    if (!findings_.error || goes_first) findings_.error = std::move(message);
    stopped_ |= ends == Ends::Yes;
    return nullptr;
  }
  Json stop(const std::string& message) { return fail(message, message, Ends::Yes); }

  Json mistyped(const Json& value, const ValueType& type, const Place& place) {
    return fail("json: cannot unmarshal " + read_kind(value, type) + " into Go struct field " +
                    std::string(place.owner) + "." + place.field_path() + " of type " + go_type(type),
                no_conversion(value, type), reads_itself(type) ? Ends::Yes : Ends::No);
  }

  Json decode_bytes(Json value, const ValueType& type, const Place& place) {
    if (!value.is_string()) return mistyped(value, type, place);
    const auto& text = value.get_ref<const std::string&>();
    const auto bytes = decode_base64(text);
    if (!bytes) {
      const std::string why = "illegal base64 data at input byte " + std::to_string(illegal_base64_at(text));
      return fail(why, "error decoding from json: " + why, Ends::No);
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
    return stop(time.error().message);
  }

  // Numbers are amounts too.
  Json decode_quantity(const Json& value) {
    Result<std::string> amount =
        canonical_quantity(value.is_string() ? value.get<std::string>() : value.dump());
    if (amount) return std::move(amount).value();
    return stop(amount.error().message);
  }

  Json decode_int_or_string(const Json& value, const ValueType& type, const Place& place) {
    return value.is_string() || fits(value, 32) ? value : mistyped(value, type, place);
  }

  Json decode_map(const Json& value, const ValueType& type, const Place& place) {
    Json out = Json::object();
    for (const auto& [key, item] : value.items()) {
      out[key] = item.is_null() ? zero(*type.of) : decode(item, *type.of, place.at(place.path.member(key)));
    }
    return out;
  }

  Json decode_list(const Json& value, const ValueType& type, const Place& place) {
    Json out = Json::array();
    for (std::size_t i = 0; i < value.size(); ++i) {
      out.push_back(value[i].is_null() ? zero(*type.of)
                                       : decode(value[i], *type.of, place.at(place.path.item(i))));
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
        const Place inner{place.path.member(name), type.name, &place, field.embedded, name};
        decoded = field.lenient ? decode_lenient(*given, field, inner) : decode(*given, *field.type, inner);
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

  // A schema, or a boolean in its place; or a list of schemas, and then anything else counts as nothing.
  Json decode_lenient(const Json& value, const Field& field, const Place& place) {
    const bool or_boolean = field.wrapped == 2;
    if (or_boolean && value.is_boolean()) return value;
    if (!or_boolean && value.is_array()) return value;
    if (!value.is_object()) {
      return or_boolean ? stop("boolean or JSON schema expected") : nullptr;
    }
    const std::size_t told = findings_.unknown.size();
    Json decoded = decode(value, *field.type, place);
    findings_.unknown.resize(told);
    return decoded;
  }

  void add_unknown(const ValueType& type, const std::string& name, const Place& place) {
    if (type.fields.contains(name) || findings_.unknown.size() >= kMaxUnknown) return;
    findings_.unknown.push_back(place.path.member(name).dotted());
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

Json decode_typed(Json value, const ValueType& type, TypedFindings& findings) {
  return Decoder(findings).decode(std::move(value), type, {{}, type.name});
}

}  // namespace cw::apiserver
