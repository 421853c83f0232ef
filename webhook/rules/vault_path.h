// Paths of Vault mounts; internal to issuer_vault*.cpp.
#pragma once

#include <string_view>

#include "lib/kube/field_error.h"

namespace cw::webhook {

// Invalid at `at` if a segment of the path is "..": it would leave the mount.
kube::FieldErrors path_stays_inside(std::string_view path, const kube::FieldPath& at);

}  // namespace cw::webhook
