// The rules of metadata that hold for every resource. Pure; metadata is decoded: every member has its type.
// Source: k8s.io/apimachinery pkg/api/validation/objectmeta.go.
#pragma once

#include "apiserver/resource_row.h"

namespace cw::apiserver {

FieldErrors check_metadata(const Json& object, const ResourceRow&);
// Of a core kind. Problems of the name as such are told of `at`, that it is not known of `item`.
FieldErrors check_finalizer_name(const std::string& name, const kube::FieldPath& at,
                                 const kube::FieldPath& item);
// Of a custom resource, where they are no errors.
std::vector<std::string> finalizer_warnings(const Json& object);
// What an update may not change. The system's own members have been put back already.
FieldErrors check_metadata_update(const Json& next, const Json& old);

inline constexpr std::string_view kOrphanFinalizer = "orphan";
inline constexpr std::string_view kForegroundFinalizer = "foregroundDeletion";

}  // namespace cw::apiserver
