// The schemas of OpenAPI documents, in either version: references, marks and lists. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "apiserver/resource_row.h"
#include "apiserver/type_catalog.h"

namespace cw::apiserver {

enum class OpenApiVersion : std::uint8_t { V2, V3 };

// The definitions of the rows, of what they refer to and of what every document has, by name.
Json openapi_schemas(const std::vector<const ResourceRow*>&, const TypeCatalog&, OpenApiVersion);
// {"$ref": …} to a definition.
Json openapi_reference(const std::string& definition, OpenApiVersion);
// "io.k8s.api.core.v1.SecretList"
std::string list_definition(const ResourceRow&);

inline constexpr const char* kGroupVersionKind = "x-kubernetes-group-version-kind";
Json group_version_kind(const ResourceRow&);

}  // namespace cw::apiserver
