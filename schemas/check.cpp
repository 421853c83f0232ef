#include "schemas/check.h"

#include <iterator>
#include <utility>

#include <nlohmann/json.hpp>

#include "lib/base/assert.h"
#include "schemas/outcome.h"

namespace cw::schemas {
namespace {

kube::FieldError with_rule(kube::FieldError error, std::string_view rule) {
  error.rule = rule;
  return error;
}

// The note that rules were left out until the rest is right: to a reader of all findings it says nothing.
bool is_note(const kube::FieldError& error) {
  return error.field == kNoField && error.rule == rule_id::kRule;
}

kube::FieldError unknown_field(const std::string& path) {
  return with_rule(kube::forbidden(kube::FieldPath(path), "unknown field"), rule_id::kUnknownField);
}

}  // namespace

const JsonSchema& Checker::json_schema_of(const KindSchema& kind) {
  const auto known = json_schemas_.find(kind.object.kind);
  if (known != json_schemas_.end()) return known->second;
  auto schema = JsonSchema::read(describe(kind));
  CW_ASSERT(schema.has_value());
  return json_schemas_.emplace(kind.object.kind, *std::move(schema)).first->second;
}

CheckedObject Checker::check(Json object, const KindSchema& kind, const Json* old) {
  CheckedObject checked;
  auto unknown = normalize(object, kind.object);
  if (!unknown) {
    checked.failures.push_back(with_rule(kube::plain_error(unknown.error().message), rule_id::kMalformed));
    return checked;
  }
  for (const std::string& path : *unknown) checked.failures.push_back(unknown_field(path));
  if (old == nullptr) object.erase("status");  // a creation cannot set it
  kube::FieldErrors failures = validate_object(object, kind.object, old);
  std::erase_if(failures, is_note);
  // valijson knows no old object, of which what was wrong may stay.
  if (failures.empty() && old == nullptr) {
    const Result<bool> fits = json_schema_of(kind).accepts(object);
    if (fits && !*fits) {
      failures.push_back(
          with_rule(kube::plain_error("does not fit the JSON Schema of its kind"), rule_id::kJsonSchema));
    }
  }
  std::move(failures.begin(), failures.end(), std::back_inserter(checked.failures));
  checked.object = std::move(object);
  return checked;
}

}  // namespace cw::schemas
