// The paths of OpenAPI documents: which methods a path has and which query parameters they take. Pure.
#pragma once

#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "apiserver/openapi_schemas.h"

namespace cw::apiserver {

Json openapi_paths(const std::vector<const ResourceRow*>&, OpenApiVersion);

}  // namespace cw::apiserver
