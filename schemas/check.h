// The offline check of one object: what the API server would refuse with fieldValidation Strict before any
// webhook is asked. For `certwright check`.
#pragma once

#include <map>
#include <string>

#include "lib/kube/field_error.h"
#include "lib/kube/json.h"
#include "schemas/json_schema.h"
#include "schemas/kinds.h"

namespace cw::schemas {

struct CheckedObject {
  kube::Json
      object;  // as the API server would go on with it: pruned, with defaults; a new one without status
  kube::FieldErrors failures;  // FieldError::rule says which rule; outcome.h has the ids
};

// Compiles each kind's JSON Schema when it is first needed. Not thread-safe.
class Checker {
 public:
  // Unknown fields, wrong types, the engine's verdict, and valijson's where the engine has nothing to say.
  // The object may be of any shape; depth beyond kube::kMaxJsonDepth is a failure.
  // `old` is the stored object on update, nullptr on creation.
  CheckedObject check(kube::Json object, const KindSchema&, const kube::Json* old = nullptr);

 private:
  const JsonSchema& json_schema_of(const KindSchema&);
  std::map<std::string, JsonSchema> json_schemas_;
};

}  // namespace cw::schemas
