// Who will make the request of a Certificate, and as which revision. Pure.
#pragma once

#include "lib/policy/request_view.h"
#include "webhook/gate/gate.h"

namespace cw::webhook {

policy::Projection projection_of(const api::Certificate&, const GateParts&);

}  // namespace cw::webhook
