// ValidatingWebhookConfiguration and MutatingWebhookConfiguration (admissionregistration.k8s.io/v1): defaults
// and validation. Pure. Source: k8s.io/kubernetes pkg/apis/admissionregistration/{v1/defaults,
// validation/validation}.go of 1.36.
#pragma once

#include <string_view>
#include <vector>

#include "apiserver/resource_row.h"

namespace cw::apiserver {

inline constexpr std::string_view kRegistrationGroup = "admissionregistration.k8s.io";
// The store's names.
inline constexpr std::string_view kMutatingConfigurations =
    "mutatingwebhookconfigurations.admissionregistration.k8s.io";
inline constexpr std::string_view kValidatingConfigurations =
    "validatingwebhookconfigurations.admissionregistration.k8s.io";

// Their rows in the table of resources, in the order of discovery.
std::vector<ResourceRow> webhook_configuration_rows();

}  // namespace cw::apiserver
