#include <nlohmann/json.hpp>

#include "apiserver/crd/cel_rules.h"
#include "apiserver/crd/schema_checks.h"
#include "apiserver/json_access.h"
#include "schemas/prune.h"
#include "schemas/render.h"
#include "schemas/rule_check.h"
#include "schemas/schema_reader.h"
#include "schemas/validate.h"

namespace cw::apiserver {
namespace {

// Rules are looked at by themselves.
class NoRules final : public schemas::RuleCompiler {
 public:
  Result<std::shared_ptr<const schemas::CompiledRule>> compile(const schemas::RuleText&, const kube::Json&,
                                                               schemas::RuleScope) const override {
    return {std::make_shared<const Always>()};
  }

 private:
  class Always final : public schemas::CompiledRule {
   public:
    bool uses_old_self() const override { return false; }
    Result<bool> holds(const kube::Json&, const kube::Json*, std::uint64_t&) const override { return true; }
  };
};

// Values of the map that the default is itself are named with the dot behind no name.
bool is_map_value(const std::string& field, const schemas::Schema& schema) {
  return schema.has_additional_properties && field.front() != '[' &&
         !schema.properties.contains(field.substr(0, field.find_first_of(".[")));
}

// Where the value is in itself stands in the detail: nothing, "b", "[0]".
void judge(const Json& value, const schemas::Schema& schema, const FieldPath& at, FieldErrors& errors) {
  Json pruned = value;
  const auto root = schema.embedded_resource ? schemas::Root::Resource : schemas::Root::Value;
  if (!schemas::prune(pruned, schema, root).empty()) {
    errors.push_back(kube::invalid(at, schemas::rendered(value), "must not have unknown fields"));
  }
  for (kube::FieldError& error : schemas::validate(value, schema)) {
    const bool whole = error.field.empty() || error.field == schemas::kNoField;
    if (!whole && is_map_value(error.field, schema) && error.detail.starts_with(error.field)) {
      error.detail.insert(0, ".");
    }
    error.field = whole ? at.text() : at.text() + "." + error.field;
    errors.push_back(std::move(error));
  }
}

// The two trees are walked side by side. Values of maps have no defaults.
void walk(const Json& openapi, const schemas::Schema& schema, const FieldPath& at, FieldErrors& errors) {
  if (schema.default_value) judge(*schema.default_value, schema, at.child("default"), errors);
  if (schema.items) walk(object_member(openapi, "items"), *schema.items, at.child("items"), errors);
  for (const auto& [name, child] : schema.properties) {
    walk(object_member(object_member(openapi, "properties"), name), *child, at.child("properties").key(name),
         errors);
  }
}

}  // namespace

FieldErrors check_defaults(const Json& schema, const FieldPath& at) {
  const auto read = schemas::read_schema(schema, NoRules());
  FieldErrors errors;
  if (!read) {
    errors.push_back(kube::invalid(at, "\"\"", read.error().message));
    return errors;
  }
  walk(schema, **read, at, errors);
  return errors;
}

}  // namespace cw::apiserver
