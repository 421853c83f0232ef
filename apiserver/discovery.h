// Discovery: which groups, versions and resources there are, in the old form (/api, /apis, /apis/G/V) and
// aggregated (APIGroupDiscoveryList v2). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "apiserver/resource_table.h"

namespace cw::apiserver {

// "/api", "/apis", "/apis/G", "/api/v1", "/apis/G/V"; nullopt for what is not there.
std::optional<Json> discovery_document(const ResourceTable&, std::string_view path);
// The whole of "/api" or "/apis".
Json aggregated_discovery(const ResourceTable&, std::string_view path);

// Whether the Accept header wants it, before anything else that we have.
bool wants_aggregated(std::string_view accept);
inline constexpr std::string_view kAggregatedType =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

}  // namespace cw::apiserver
