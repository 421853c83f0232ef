// The metrics of the field, by its names and labels (reference/controllers.md 9.6), from the caches at the
// moment of asking, and how long issuances take. Prometheus text format 0.0.4.
#pragma once

#include <string>

#include "controller/machine.h"
#include "lib/base/clock.h"

namespace cw::controller {

std::string metrics_text(const Machine&, TimePoint now);

}  // namespace cw::controller
