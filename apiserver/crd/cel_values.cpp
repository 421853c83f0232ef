// JSON values as values of CEL, by the types that their schema gives.
#include <utility>

#include <nlohmann/json.hpp>

#include "apiserver/crd/cel_types.h"
#include "apiserver/json_access.h"
#include "apiserver/plain_cel.h"
#include "lib/base/encoding.h"
#include "lib/cel/moment.h"

namespace cw::apiserver {
namespace {

using cel::Value;
using Entries = std::vector<std::pair<Value, Value>>;

Value of_entries(std::shared_ptr<const Entries> entries) {
  return Value(Value::Variant(cel::MapValue{std::move(entries)}));
}

// A text of a format; what is not of it stays a text.
Value formatted(const Json& json, CelShape::Form form) {
  if (!json.is_string()) return plain_value(json);
  const auto& text = json.get_ref<const std::string&>();
  if (form == CelShape::Form::Bytes) {
    auto bytes = decode_base64(text);
    if (bytes) {
      return Value(Value::Variant(cel::BytesValue{std::make_shared<const std::string>(std::move(*bytes))}));
    }
  } else if (form == CelShape::Form::Duration) {
    if (const auto span = cel::parse_span(text)) return Value(Value::Variant(*span));
  } else if (const auto time = cel::parse_timestamp(text.size() == 10 ? text + "T00:00:00Z" : text)) {
    return Value(Value::Variant(*time));
  }
  return Value::of(text);
}

// A map at run time: members that are not there are told from those that are empty. One that is null counts
// as not there. What the rule cannot reach still tells two objects apart, under a name that no expression can
// spell.
Value object_value(const Json& json, const CelShape& shape) {
  auto entries = std::make_shared<Entries>();
  Json out_of_reach = Json::object();
  for (const auto& [name, value] : json.items()) {
    const auto member = shape.members.find(name);
    if (member != shape.members.end() && !value.is_null()) {
      entries->emplace_back(Value::of(member->second.name), cel_value(value, *member->second.shape));
    } else if (!shape.is_root_metadata) {
      out_of_reach[name] = value;
    }
  }
  if (!out_of_reach.empty()) entries->emplace_back(Value::of("\x01"), Value::of(dumped(out_of_reach)));
  return of_entries(std::move(entries));
}

}  // namespace

Value cel_value(const Json& json, const CelShape& shape) {
  using Form = CelShape::Form;
  if (json.is_null()) return {};
  switch (shape.form) {
    case Form::Double:
      return json.is_number() ? Value(Value::Variant(json.get<double>())) : plain_value(json);
    case Form::Bytes:
    case Form::Duration:
    case Form::Timestamp:
      return formatted(json, shape.form);
    case Form::List: {
      if (!json.is_array()) break;
      auto items = std::make_shared<std::vector<Value>>();
      items->reserve(json.size());
      for (const Json& item : json) items->push_back(cel_value(item, *shape.of));
      return Value(Value::Variant(cel::ListValue(std::move(items), shape.keys ? &*shape.keys : nullptr)));
    }
    case Form::Map: {
      if (!json.is_object()) break;
      auto entries = std::make_shared<Entries>();
      for (const auto& [name, member] : json.items()) {
        entries->emplace_back(Value::of(name), cel_value(member, *shape.of));
      }
      return of_entries(std::move(entries));
    }
    case Form::Object:
      if (!json.is_object()) break;
      return object_value(json, shape);
    default:
      break;
  }
  return plain_value(json);
}

std::uint64_t conversion_work(const Json& json) {
  constexpr std::size_t kTextUnit = 64;
  if (json.is_string()) return 1 + json.get_ref<const std::string&>().size() / kTextUnit;
  std::uint64_t work = 1;
  if (json.is_structured()) {
    for (const Json& member : json) work += conversion_work(member);
  }
  return work;
}

Value cel_optional(const Value* held) {
  return Value(
      Value::Variant(cel::OptionalValue{held == nullptr ? nullptr : std::make_shared<const Value>(*held)}));
}

}  // namespace cw::apiserver
