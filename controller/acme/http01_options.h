// Http01Options: what flags decide about HTTP-01 answers in a cluster. Data.
// Source: reference/controllers.md 6.1, 9.1.
#pragma once

#include <string>

#include "lib/kube/map.h"

namespace cw::controller::acme {

struct Http01Options {
  std::string image = {};
  std::string request_cpu = "10m";
  std::string request_memory = "64Mi";
  std::string limit_cpu = "100m";
  std::string limit_memory = "64Mi";
  bool run_as_non_root = true;
  kube::Map extra_labels = {};
  std::string runtime_class = {};  // empty: the cluster's
  bool path_type_exact = true;     // else ImplementationSpecific
  bool gateway_api = false;        // whether HTTPRoutes may be made
};

}  // namespace cw::controller::acme
