#include "schemas/schema_values.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "schemas/formats.h"

namespace cw::schemas {
namespace {

Result<std::optional<double>> number(const Json& openapi, const char* name) {
  const auto found = openapi.find(name);
  if (found == openapi.end() || found->is_null()) return std::optional<double>();
  if (!found->is_number()) return Error{Code::Invalid, std::string(name) + " must be a number"};
  return std::optional(found->get<double>());
}

Result<std::optional<std::int64_t>> count(const Json& openapi, const char* name) {
  const auto found = openapi.find(name);
  if (found == openapi.end() || found->is_null()) return std::optional<std::int64_t>();
  if (!found->is_number_integer()) return Error{Code::Invalid, std::string(name) + " must be an integer"};
  return std::optional(found->get<std::int64_t>());
}

Result<CountRange> range(const Json& openapi, const char* least, const char* most) {
  return CountRange{TRY(count(openapi, least)), TRY(count(openapi, most))};
}

Result<std::optional<Bound>> bound(const Json& openapi, const char* name, const char* exclusive) {
  const std::optional<double> limit = TRY(number(openapi, name));
  if (!limit) return std::optional<Bound>();
  const auto found = openapi.find(exclusive);
  return std::optional(Bound{*limit, found != openapi.end() && *found == true});
}

// The format if kube-apiserver checks it for this type, else "".
std::string checked_format(const Schema& schema, const std::string& format) {
  switch (schema.type) {
    case Type::String:
    case Type::Unstated:
      return find_format(format) != nullptr ? format : std::string();
    case Type::Integer:
      return format == "int32" || format == "int64" ? format : std::string();
    case Type::Number:
      return format == "float" || format == "double" ? format : std::string();
    default:
      return {};
  }
}

Status read_text_checks(const Json& openapi, Schema& to) {
  if (const auto found = openapi.find("format"); found != openapi.end()) {
    if (!found->is_string()) return Error{Code::Invalid, "format must be a string"};
    to.format = checked_format(to, found->get_ref<const std::string&>());
  }
  if (const auto found = openapi.find("pattern"); found != openapi.end()) {
    if (!found->is_string()) return Error{Code::Invalid, "pattern must be a string"};
    const auto& expression = found->get_ref<const std::string&>();
    if (!expression.empty()) to.pattern = TRY(Pattern::compile(expression));
  }
  return Done{};
}

}  // namespace

Result<std::vector<std::string>> read_strings(const Json& openapi, const char* name) {
  std::vector<std::string> result;
  const auto found = openapi.find(name);
  if (found == openapi.end()) return result;
  if (!found->is_array()) return Error{Code::Invalid, std::string(name) + " must be a list"};
  for (const Json& item : *found) {
    if (!item.is_string()) return Error{Code::Invalid, std::string(name) + " must be a list of strings"};
    result.push_back(item.get<std::string>());
  }
  return result;
}

Status read_values(const Json& openapi, Schema& to) {
  if (const auto found = openapi.find("uniqueItems"); found != openapi.end() && *found == true) {
    return Error{Code::Invalid, "uniqueItems must not be true"};
  }
  if (const auto found = openapi.find("enum"); found != openapi.end()) {
    if (!found->is_array()) return Error{Code::Invalid, "enum must be a list"};
    if (!found->empty()) to.allowed_values = std::make_shared<const Json>(*found);
  }
  TRY(read_text_checks(openapi, to));
  to.minimum = TRY(bound(openapi, "minimum", "exclusiveMinimum"));
  to.maximum = TRY(bound(openapi, "maximum", "exclusiveMaximum"));
  to.multiple_of = TRY(number(openapi, "multipleOf"));
  to.length = TRY(range(openapi, "minLength", "maxLength"));
  to.items_count = TRY(range(openapi, "minItems", "maxItems"));
  to.members = TRY(range(openapi, "minProperties", "maxProperties"));
  to.required = TRY(read_strings(openapi, "required"));
  return Done{};
}

}  // namespace cw::schemas
