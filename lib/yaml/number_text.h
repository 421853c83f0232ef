// Numbers as sigs.k8s.io/yaml writes them. Pure.
#pragma once

#include <string>

#include "lib/kube/json.h"

namespace cw::yaml {

// Precondition: it is a number.
std::string number_text(const kube::Json& number);

}  // namespace cw::yaml
