// Endpoints and EndpointSlice: defaults, rules and columns. Pure.
// Source: k8s.io/kubernetes pkg/apis/core/validation, pkg/apis/discovery/validation, pkg/registry.
#pragma once

#include "apiserver/resource_row.h"

namespace cw::apiserver {

KindRules endpoints_rules();
KindRules endpoint_slice_rules();
TableColumns endpoints_table();
TableColumns endpoint_slice_table();

}  // namespace cw::apiserver
