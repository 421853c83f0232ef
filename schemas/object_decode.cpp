#include <cmath>
#include <cstdint>
#include <utility>

#include <nlohmann/json.hpp>

#include "schemas/defaults.h"
#include "schemas/embedded.h"
#include "schemas/member_scan.h"
#include "schemas/metadata.h"
#include "schemas/object_schema.h"
#include "schemas/prune.h"

namespace cw::schemas {
namespace {

constexpr std::size_t kMaxShownText = 120;

bool nests_deeper(const Json& value, int limit) {
  if (!value.is_structured()) return false;
  if (limit == 0) return true;
  for (const Json& item : value) {
    if (nests_deeper(item, limit - 1)) return true;
  }
  return false;
}

// "" when it is not there.
Result<std::string> type_member(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || found->is_null()) return std::string();
  if (found->is_string()) return found->get<std::string>();
  return Error{Code::Invalid, std::string(name) + " must be a string, but is a " + found->type_name()};
}

Error missing_kind(std::string_view json) {
  std::string shown(json.substr(0, kMaxShownText));
  if (json.size() > kMaxShownText) shown += "…";
  return {Code::Invalid, "Object 'Kind' is missing in '" + shown + "'"};
}

}  // namespace

void write_whole_numbers(Json& value) {
  if (value.is_structured()) {
    for (Json& child : value) write_whole_numbers(child);
  } else if (value.is_number_float()) {
    constexpr double kEnd = 9.2e18;  // what surely fits into 64 bits
    const double number = value.get<double>();
    if (std::trunc(number) == number && std::abs(number) < kEnd) value = static_cast<std::int64_t>(number);
  }
}

Result<std::vector<std::string>> normalize_without_defaults(Json& object, const ObjectSchema& schema,
                                                            Nulls nulls) {
  if (!object.is_object()) return Error{Code::Invalid, "must be an object"};
  if (nests_deeper(object, kube::kMaxJsonDepth)) return Error{Code::Invalid, "nested too deeply"};
  const std::string kind = TRY(type_member(object, "kind"));
  const std::string api_version = TRY(type_member(object, "apiVersion"));
  std::vector<std::string> unknown = TRY(normalize_metadata(object));
  if (kind != schema.kind || api_version != schema.api_version) return unknown;
  for (std::string& path : prune(object, *schema.schema, Root::Resource)) unknown.push_back(std::move(path));
  drop_nulls(object, *schema.schema, nulls);
  for (std::string& path : TRY(normalize_embedded(object, *schema.schema)))
    unknown.push_back(std::move(path));
  return unknown;
}

Result<std::vector<std::string>> normalize(Json& object, const ObjectSchema& schema, Nulls nulls) {
  std::vector<std::string> unknown = TRY(normalize_without_defaults(object, schema, nulls));
  const bool is_of_schema = TRY(type_member(object, "kind")) == schema.kind &&
                            TRY(type_member(object, "apiVersion")) == schema.api_version;
  if (is_of_schema) apply_defaults(object, *schema.schema);
  return unknown;
}

Result<DecodedObject> decode_object(std::string_view json, const ObjectSchema& schema) {
  DecodedObject decoded;
  decoded.object = TRY(kube::parse_json(json));
  if (!decoded.object.is_object()) return Error{Code::Invalid, "must be a JSON object"};
  if (TRY(type_member(decoded.object, "kind")).empty()) return missing_kind(json);
  for (const std::string& path : find_duplicate_members(json)) {
    decoded.strict_failures.push_back("duplicate field " + kube::quoted(path));
  }
  for (const std::string& path : TRY(normalize(decoded.object, schema))) {
    decoded.strict_failures.push_back("unknown field \"" + path + "\"");
  }
  return decoded;
}

Error strict_error(const std::vector<std::string>& strict_failures) {
  std::string message = "strict decoding error: ";
  for (std::size_t i = 0; i < strict_failures.size(); ++i) {
    if (i > 0) message += ", ";
    message += strict_failures[i];
  }
  return {Code::Invalid, std::move(message)};
}

}  // namespace cw::schemas
