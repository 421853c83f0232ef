#include <algorithm>
#include <iterator>
#include <utility>

#include <nlohmann/json.hpp>

#include "schemas/embedded.h"
#include "schemas/list_keys.h"
#include "schemas/object_schema.h"
#include "schemas/outcome.h"
#include "schemas/render.h"
#include "schemas/rule_check.h"
#include "schemas/validate.h"

namespace cw::schemas {
namespace {

using kube::FieldError;
using kube::FieldErrorKind;
using kube::FieldErrors;

void append(FieldErrors& to, FieldErrors more) {
  std::move(more.begin(), more.end(), std::back_inserter(to));
}

std::string text_member(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

FieldErrors check_type_meta(const Json& object, const ObjectSchema& schema) {
  FieldErrors failures;
  const std::pair<const char*, const std::string&> wanted[] = {{"kind", schema.kind},
                                                               {"apiVersion", schema.api_version}};
  for (const auto& [name, value] : wanted) {
    const std::string found = text_member(object, name);
    if (found == value) continue;
    failures.push_back(
        {FieldErrorKind::Invalid, name, kube::quoted(found), "must be " + value, rule_id::kResource});
  }
  return failures;
}

// Rules rely on a value that is right otherwise; malformed text and numbers do not hinder them.
bool blocks_rules(const FieldError& error) {
  switch (error.kind) {
    case FieldErrorKind::NotSupported:
    case FieldErrorKind::Required:
    case FieldErrorKind::TooLong:
    case FieldErrorKind::TooMany:
    case FieldErrorKind::TypeInvalid:
      return true;
    default:
      return false;
  }
}

FieldError rules_not_checked() {
  return {
      FieldErrorKind::Invalid, std::string(kNoField), "null",
      "some validation rules were not checked because the object was invalid; correct the existing errors to "
      "complete validation",
      rule_id::kRule};
}

// What the value itself does not tell: keys that stand twice, embedded objects, rules. `failures` has what
// validate() found, below the same root.
void check_relations(const Json& value, const Schema& schema, const Json* old, FieldErrors& failures) {
  if (schema.has_embedded_inside) append(failures, check_embedded(value, schema));
  if (old == nullptr || find_duplicate_items(*old, schema).empty()) {
    append(failures, find_duplicate_items(value, schema));
  }
  if (!schema.has_rules_inside) return;
  if (std::any_of(failures.begin(), failures.end(), blocks_rules)) {
    failures.push_back(rules_not_checked());
  } else {
    append(failures, check_rules(value, schema, old));
  }
}

void put_under_status(FieldErrors& failures) {
  for (FieldError& error : failures) {
    if (error.field == kNoField || error.field.empty()) {
      error.field = "status";
    } else {
      error.field.insert(0, error.field.front() == '[' ? "status" : "status.");
    }
  }
}

}  // namespace

FieldErrors validate_object(const Json& object, const ObjectSchema& schema, const Json* old) {
  FieldErrors failures = check_type_meta(object, schema);
  if (!failures.empty()) return failures;
  failures = validate(object, *schema.schema, old);
  check_relations(object, *schema.schema, old, failures);
  return failures;
}

FieldErrors validate_status(const Json& object, const ObjectSchema& schema, const Json& old) {
  FieldErrors failures = check_type_meta(object, schema);
  const Schema* status_schema = schema.schema->find_member("status");
  const auto status = object.find("status");
  if (!failures.empty() || status_schema == nullptr || status == object.end()) return failures;
  const auto old_status = old.find("status");
  const Json* before = old_status == old.end() ? nullptr : &*old_status;
  failures = validate(*status, *status_schema, before);
  check_relations(*status, *status_schema, before, failures);
  put_under_status(failures);
  return failures;
}

}  // namespace cw::schemas
