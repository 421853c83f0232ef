// Values as the messages of kube-apiserver show them. Pure.
#pragma once

#include <string>

#include "lib/kube/json.h"

namespace cw::schemas {

// A bad value: a string as Go's %q, a number or boolean as %v, all else as Go's encoding/json.
std::string rendered(const kube::Json&);
// A number as Go's %v: the shortest digits that read back the same, with an exponent from 1e+06 on.
std::string rendered(double);

}  // namespace cw::schemas
