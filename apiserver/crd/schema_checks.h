// What is wrong with the schema of a CustomResourceDefinition, in kube-apiserver's words: keywords that must
// not be used, what makes a schema not structural, list and map types, defaults, rules. Pure. Depth and size
// are bounded by the reader of requests and by schemas::SchemaReader.
// Source: apiextensions-apiserver pkg/apis/apiextensions/validation and pkg/apiserver/schema.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "lib/kube/field_error.h"

namespace cw::apiserver {

using Json = nlohmann::json;
using kube::FieldErrors;
using kube::FieldPath;

// All of what follows; rules only if nothing else is wrong.
FieldErrors check_schema(const Json& schema, const FieldPath&);

// structural_checks.cpp: what makes a schema not structural, sorted by text.
FieldErrors check_structural(const Json& schema, const FieldPath&);
// keyword_checks.cpp: which keywords there may be, list and map types, texts of rules.
FieldErrors check_keywords(const Json& schema, const FieldPath&);
// rule_checks.cpp: rules that do not compile, or use oldSelf where there is none.
FieldErrors check_rule_texts(const Json& schema, const FieldPath&);
// default_checks.cpp: defaults that the schema does not allow. The schema must be structural.
FieldErrors check_defaults(const Json& schema, const FieldPath&);

// The schema that a path leads to (".spec.mode", "['a.b']"), or null with what is wrong in `problem`. Lists
// cannot be entered.
enum class Brackets : bool { Refused, Allowed };
const Json* schema_at(const Json& schema, std::string_view json_path, Brackets, std::string& problem);

}  // namespace cw::apiserver
