// The Pod and the Service that answer an HTTP-01 challenge in a cluster. Pure. Source:
// reference/controllers.md 6.1.
#pragma once

#include <string>

#include "controller/acme/http01_target.h"

namespace cw::controller::acme {

kube::Json solver_pod(const Http01Target&, const Http01Options&, const std::string& name);
// Whether the stored Pod answers as the wanted one would, or will once it runs: not one that has ended for
// good, such as an evicted one.
bool pod_serves(const kube::Json& stored, const kube::Json& wanted);
// Why the Pod does not answer yet, for people; empty: it runs.
std::string pod_trouble(const kube::Json& stored);

kube::Json solver_service(const Http01Target&, const Http01Options&, const std::string& name);
bool service_serves(const kube::Json& stored, const kube::Json& wanted);

}  // namespace cw::controller::acme
