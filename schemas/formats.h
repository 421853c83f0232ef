// The string formats that kube-apiserver checks in custom resources ("date-time", "byte", …). Any other
// format says nothing. Source: apiextensions-apiserver pkg/apiserver/validation/formats.go and kube-openapi
// strfmt, of Kubernetes 1.36. Pure; thread-safe.
#pragma once

#include <string_view>

namespace cw::schemas {

using FormatCheck = bool (*)(std::string_view text);

// nullptr for a format that is not checked. Dashes in the name do not count, as in go-openapi.
FormatCheck find_format(std::string_view name);

}  // namespace cw::schemas
