// The functions that Kubernetes adds to CEL beside those of lib/cel's Kubernetes dialect: of addresses and
// ranges (ip, cidr), quantities, URLs, semantic versions and named formats. What is not here does not
// compile, and the definition is refused with the name of the function. Source: k8s.io/apiserver
// pkg/cel/library.
#pragma once

#include "lib/cel/environment.h"

namespace cw::apiserver {

// Makes it one of kube-apiserver's: the dialect, these functions and their types.
void make_kubernetes(cel::Environment&);

}  // namespace cw::apiserver
