// The schema of a custom kind as OpenAPI documents have it: what vendor extensions mean is written out; for
// v2 what kubectl cannot read there is left out. Pure. Source: apiextensions-apiserver
// pkg/controller/openapi/{builder,v2}, pkg/apiserver/schema/unfold.go.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "apiserver/openapi_schemas.h"

namespace cw::apiserver {

// With what every object has, and no mark of the kind yet.
Json custom_schema(const ResourceRow&, OpenApiVersion);

// apiVersion and kind.
Json type_properties();
// [{"fieldPath": "spec.mode"}]; null: it has none.
Json selectable_fields(const ResourceRow&);

inline constexpr const char* kSelectableFields = "x-kubernetes-selectable-fields";

}  // namespace cw::apiserver
