// The names of a request as policy sees them. Private to lib/policy. Pure.
#pragma once

#include "lib/pki/requested_names.h"
#include "lib/policy/request_view.h"

namespace cw::policy {

void show_names(const pki::RequestedNames&, RequestView& into);

}  // namespace cw::policy
