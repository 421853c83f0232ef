#include "apiserver/plain_cel.h"

#include <memory>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace cw::apiserver {
namespace {

using cel::Value;
using Json = nlohmann::json;

Value list_value(const Json& list) {
  auto values = std::make_shared<std::vector<Value>>();
  values->reserve(list.size());
  for (const Json& item : list) values->push_back(plain_value(item));
  return Value(Value::Variant(cel::ListValue(std::move(values))));
}

Value map_value(const Json& object) {
  auto entries = std::make_shared<std::vector<std::pair<Value, Value>>>();
  entries->reserve(object.size());
  for (const auto& [key, value] : object.items()) entries->emplace_back(Value::of(key), plain_value(value));
  return Value(Value::Variant(cel::MapValue{std::move(entries)}));
}

}  // namespace

cel::Value plain_value(const Json& json) {
  switch (json.type()) {
    case Json::value_t::object:
      return map_value(json);
    case Json::value_t::array:
      return list_value(json);
    case Json::value_t::string:
      return Value::of(json.get_ref<const std::string&>());
    case Json::value_t::boolean:
      return Value(json.get<bool>());
    case Json::value_t::number_integer:
    case Json::value_t::number_unsigned:
      return Value(json.get<std::int64_t>());
    case Json::value_t::number_float:
      return Value(json.get<double>());
    default:
      return {};
  }
}

const std::string& text_of(const Value& value) {
  static const std::string kNone;
  const auto* text = value.as<cel::Text>();
  return text != nullptr && *text != nullptr ? **text : kNone;
}

const std::vector<Value>& items_of(const Value& value) {
  static const std::vector<Value> kNone;
  const auto* list = value.as<cel::ListValue>();
  return list != nullptr && *list != nullptr ? **list : kNone;
}

}  // namespace cw::apiserver
