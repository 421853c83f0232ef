#include "schemas/json_schema.h"

#include <algorithm>
#include <exception>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

namespace cw::schemas {
namespace {

using kube::Json;

constexpr std::size_t kMaxText = 1024;

// OpenAPI's `nullable` is another type in JSON Schema; formats are named differently.
Json as_json_schema(const Json& openapi) {
  if (openapi.is_array()) {
    Json list = Json::array();
    for (const Json& item : openapi) list.push_back(as_json_schema(item));
    return list;
  }
  if (!openapi.is_object()) return openapi;
  Json schema = Json::object();
  for (const auto& [name, value] : openapi.items()) {
    if (name == "format" || name == "description" || name == "default" || name.starts_with("x-")) continue;
    schema[name] = name == "enum" ? value : as_json_schema(value);
  }
  if (openapi.value("nullable", false) && schema.contains("type")) {
    schema["type"] = Json::array({schema["type"], "null"});
  }
  return schema;
}

bool has_long_text(const Json& value) {
  if (value.is_string()) return value.get_ref<const std::string&>().size() > kMaxText;
  return value.is_structured() && std::any_of(value.begin(), value.end(), has_long_text);
}

}  // namespace

struct JsonSchema::Compiled {
  valijson::Schema schema;
};

JsonSchema::JsonSchema(std::shared_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}

Result<JsonSchema> JsonSchema::read(const Json& openapi) {
  auto compiled = std::make_shared<Compiled>();
  const Json schema = as_json_schema(openapi);
  try {
    valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
    parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(schema), compiled->schema);
  } catch (const std::exception& error) {
    return Error{Code::Invalid, std::string("not a JSON Schema: ") + error.what()};
  }
  return JsonSchema(std::move(compiled));
}

Result<bool> JsonSchema::accepts(const Json& value) const {
  if (has_long_text(value)) return Error{Code::Invalid, "has a text too long to be matched"};
  try {
    valijson::Validator validator(valijson::Validator::kStrongTypes);
    return validator.validate(compiled_->schema, valijson::adapters::NlohmannJsonAdapter(value), nullptr);
  } catch (const std::exception& error) {
    return Error{Code::Invalid, std::string("cannot be matched: ") + error.what()};
  }
}

}  // namespace cw::schemas
