// Which requests of earlier revisions go. Pure. Source: reference/controllers.md 1.11.
#pragma once

#include "controller/certificates/actions.h"
#include "controller/certificates/view.h"

namespace cw::controller::certificates {

// Only of a Ready Certificate: all but the newest spec.revisionHistoryLimit (default 1).
Actions drop_old_requests(const View&);

}  // namespace cw::controller::certificates
