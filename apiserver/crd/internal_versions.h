// The versions of a definition in the form in which kube-apiserver judges them: what is the same in all of
// them stands once, at the spec. Its messages show that form. Pure. Source: apiextensions-apiserver
// pkg/apis/apiextensions/v1/conversion.go, pkg/apis/apiextensions/types*.go.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "lib/kube/field_error.h"

namespace cw::apiserver {

// The errors of all versions under the names of that form: "spec.validation.openAPIV3Schema…" for
// "spec.versions[0].schema.openAPIV3Schema…", and once for all.
kube::FieldErrors named_internally(kube::FieldErrors, const nlohmann::json& versions);
// As Go writes the list with its internal types.
std::string shown_internally(const nlohmann::json& versions);

}  // namespace cw::apiserver
