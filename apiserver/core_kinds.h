// What the code of each core kind does beside its type: see KindRules. Pure; objects are decoded.
// Source: k8s.io/kubernetes pkg/apis/core/validation, pkg/registry/core/*/strategy.go of 1.36.
#pragma once

#include "apiserver/resource_row.h"

namespace cw::apiserver {

KindRules namespace_rules();
KindRules secret_rules();
KindRules config_map_rules();
KindRules service_account_rules();
KindRules event_rules();
// For the newer API, which asks for more.
KindRules events_api_rules();
KindRules lease_rules();
KindRules role_rules();
KindRules cluster_role_rules();
KindRules role_binding_rules();
KindRules cluster_role_binding_rules();

// events.k8s.io/v1 over the stored core/v1 form.
const Conversion& event_conversion();

inline constexpr std::string_view kNamespaceNameLabel = "kubernetes.io/metadata.name";
inline constexpr std::string_view kNamespaceFinalizer = "kubernetes";  // in spec.finalizers

}  // namespace cw::apiserver
