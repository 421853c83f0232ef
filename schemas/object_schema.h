// What an API server does with a custom resource and its schema, in the order of kube-apiserver 1.36:
// decode_object (or normalize, after a patch or a mutating webhook), then validate_object or validate_status.
// Names, labels and the other rules of metadata that hold for every resource are not checked here.
// Pure; thread-safe. Errors: Code::Invalid, to be answered with 400.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "lib/base/result.h"
#include "lib/kube/field_error.h"
#include "schemas/prune.h"
#include "schemas/schema.h"

namespace cw::schemas {

struct ObjectSchema {
  std::string api_version;  // "cert-manager.io/v1"
  std::string kind;
  SchemaPtr schema;
};

struct DecodedObject {
  Json object;
  // `unknown field "spec.foo"`, `duplicate field "spec.bar"`: with fieldValidation Strict each refuses the
  // object (strict_error), with Warn each is a warning, with Ignore they are nothing.
  std::vector<std::string> strict_failures;
};

// JSON text to an object without unknown fields and with all defaults. An object of another kind or API
// version is decoded, but left as it is: validate_object names what is wrong.
Result<DecodedObject> decode_object(std::string_view json, const ObjectSchema&);

// "strict decoding error: unknown field …, duplicate field …"
Error strict_error(const std::vector<std::string>& strict_failures);

// Takes away unknown fields and refused nulls, sets defaults, brings metadata into its canonical form.
// With Nulls::Kept a null stays where it has no default, for validation to refuse: an apply asks for it by
// name. Returns the paths of what was unknown. Invalid when metadata, apiVersion or kind have the wrong type
// or the object is nested deeper than kube::kMaxJsonDepth.
Result<std::vector<std::string>> normalize(Json& object, const ObjectSchema&, Nulls nulls = Nulls::Dropped);
// The same for what a conversion webhook has made: defaults are its business.
Result<std::vector<std::string>> normalize_without_defaults(Json& object, const ObjectSchema&,
                                                            Nulls nulls = Nulls::Dropped);

// Go writes 3.0 as 3, and so it is stored; but what looks at an object before that sees a fraction.
void write_whole_numbers(Json& value);

// The causes of a 422, in order; empty when valid. The object must be normalized. `old` is the stored object
// on update, nullptr on creation.
kube::FieldErrors validate_object(const Json& object, const ObjectSchema&, const Json* old = nullptr);
// For a write to the status subresource: only .status is looked at.
kube::FieldErrors validate_status(const Json& object, const ObjectSchema&, const Json& old);

}  // namespace cw::schemas
