// --cluster-controllers of standalone: which of the controllers of a cluster's own work beside the embedded
// API server, by the names of kube-controller-manager. Pure.
#pragma once

#include <string>
#include <vector>

#include "apiserver/account_controllers.h"
#include "lib/base/result.h"

namespace cw::cli {

// "*", names and "-name"; a list of nothing but exclusions means the rest. Invalid: an unknown name.
Result<apiserver::AccountControllers> cluster_controllers(const std::vector<std::string>& wanted);

}  // namespace cw::cli
