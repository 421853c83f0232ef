// Table (meta.k8s.io/v1): objects as rows of cells, for kubectl get. Thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "apiserver/documentation/api_documentation.h"
#include "apiserver/resource_row.h"

namespace cw::apiserver {

// What a row carries of its object.
enum class RowObject : std::uint8_t { None, Metadata, Object };

// {"kind":"PartialObjectMetadata",…} of an object.
Json partial_metadata(const Json& object);

// With descriptions that were given, where there are some.
Json table_columns(const ResourceRow&, const ApiDocumentation&);
// `object` as it is served.
Json table_row(const ResourceRow&, const Json& object, RowObject, TimePoint now);

}  // namespace cw::apiserver
