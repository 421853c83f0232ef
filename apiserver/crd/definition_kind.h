// CustomResourceDefinition: its row, and what is checked when one is written. Pure but for the row's tables.
// Limits that a cluster does not have are there for memory: see kMaxVersions and the like.
// Source: apiextensions-apiserver pkg/apis/apiextensions/{v1,validation} and
// pkg/registry/customresourcedefinition.
#pragma once

#include <cstddef>
#include <string_view>

#include "apiserver/resource_row.h"

namespace cw::apiserver {

inline constexpr std::string_view kDefinitions = "customresourcedefinitions.apiextensions.k8s.io";
inline constexpr std::string_view kDefinitionGroup = "apiextensions.k8s.io";
inline constexpr std::string_view kCleanupFinalizer = "customresourcecleanup.apiextensions.k8s.io";
inline constexpr std::size_t kMaxVersions = 50;
inline constexpr std::size_t kMaxColumns = 100;
inline constexpr std::size_t kMaxNames = 100;  // short names, categories
inline constexpr std::size_t kMaxSelectableFields = 8;

ResourceRow definition_row();

// definition_checks.cpp
FieldErrors check_definition(const Json& definition);
FieldErrors check_definition_update(const Json& next, const Json& old);
// conversion_checks.cpp: spec.conversion.
FieldErrors check_conversion(const Json& definition, const Json* old);
// version_checks.cpp: schema, columns, subresources, selectable fields of one version. A schema is not judged
// anew where it stays as it was: `old` is the version of that name before; null if there was none.
FieldErrors check_version(const Json& version, const Json* old, const kube::FieldPath&);

// "" if it is not there.
std::string condition_status(const Json& definition, std::string_view type);
// Sets it; the time changes only with the status.
void set_condition(Json& definition, std::string_view type, std::string_view status, std::string_view reason,
                   std::string_view message, TimePoint now);
// The version that is stored; the null value if there is none.
const Json& storage_version(const Json& definition);

}  // namespace cw::apiserver
