// What leads requests of the CA to the solver's Service: an Ingress, a path in an Ingress that there is
// already, or an HTTPRoute. Pure. Source: reference/controllers.md 6.1.
#pragma once

#include <string>

#include "controller/acme/http01_target.h"

namespace cw::controller::acme {

kube::Json solver_ingress(const Http01Target&, const Http01Options&, const std::string& name,
                          const std::string& service);

// Puts the path in front of the others of the target's host. False: it was there.
bool add_path(kube::Json& ingress, const Http01Target&, const Http01Options&, const std::string& service);
// Takes it away, and the rule if nothing is left of it. False: it was not there.
bool remove_path(kube::Json& ingress, const Http01Target&);

kube::Json solver_route(const Http01Target&, const Http01Options&, const std::string& name,
                        const std::string& service);

}  // namespace cw::controller::acme
