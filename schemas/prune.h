// What decoding takes away from an object before anything looks at it: members that the schema does not have,
// and nulls that it does not allow. Source: apiextensions-apiserver pkg/apiserver/schema/pruning and
// defaulting/prunenulls.go. Pure but for the object; recursion is bounded by kube::kMaxJsonDepth, which the
// caller must have checked (kube::parse_json does).
#pragma once

#include <string>
#include <vector>

#include "schemas/schema.h"

namespace cw::schemas {

// Whether the value is a whole API object, whose apiVersion, kind and metadata are not the schema's business.
enum class Root : bool { Value, Resource };

// Removes what is unknown and returns the paths of it, sorted: "spec.foo", "spec.list[0].bar".
std::vector<std::string> prune(Json& value, const Schema&, Root);

// Removes object members that are null though their schema is not nullable and has no default. Items of lists
// stay. With Nulls::Kept only those go that no validation refuses, having no type: they are not stored.
enum class Nulls : bool { Dropped, Kept };
void drop_nulls(Json& value, const Schema&, Nulls nulls = Nulls::Dropped);

}  // namespace cw::schemas
