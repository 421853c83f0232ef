#include "apiserver/plain_cel.h"

#include <algorithm>
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

std::string shown_issues(const cel::CompileError& error, std::string_view source) {
  const std::string& first = error.issues.front().message;
  if (first.starts_with("program instantiation failed: ")) return first;
  std::string text = "compilation failed: ";
  for (const cel::Issue& issue : error.issues) {
    std::string_view line = source;
    for (int i = 1; i < issue.line; ++i) line.remove_prefix(std::min(line.find('\n'), line.size() - 1) + 1);
    line = line.substr(0, line.find('\n'));
    if (text.back() != ' ') text += '\n';
    const bool is_undeclared = issue.message.starts_with("undeclared reference to ");
    text += "ERROR: <input>:" + std::to_string(issue.line) + ":" + std::to_string(issue.column) + ": " +
            issue.message + (is_undeclared ? " (in container '')" : "") + "\n | " + std::string(line) +
            "\n | " + std::string(static_cast<std::size_t>(std::max(issue.column - 1, 0)), '.') + "^";
  }
  return text;
}

std::optional<std::string> type_mistake(const cel::CompileError& error) {
  // "the result must be of type 'bool', not 'int'"
  constexpr std::string_view kBegin = "the result must be of type '";
  constexpr std::string_view kNot = "', not '";
  const std::string& message = error.issues.front().message;
  const std::size_t end = message.find(kNot);
  if (!message.starts_with(kBegin) || end == std::string::npos) return std::nullopt;
  return message.substr(end + kNot.size(), message.size() - end - kNot.size() - 1);
}

std::string without_place(const std::string& message) {
  const std::size_t at = message.find_first_not_of("0123456789:");
  return at != std::string::npos && at > 0 && message[at] == ' ' ? message.substr(at + 1) : message;
}

}  // namespace cw::apiserver
