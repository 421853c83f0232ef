// Service: defaults, rules and columns. Addresses and ports are handed out by service_addresses.h.
// Source: k8s.io/kubernetes pkg/apis/core/v1/defaults.go, pkg/registry/core/service.
#pragma once

#include "apiserver/resource_row.h"

namespace cw::apiserver {

KindRules service_rules();
TableColumns service_table();

}  // namespace cw::apiserver
