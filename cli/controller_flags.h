// The controller's flags, for `certwright controller` and for `certwright standalone`, which runs one too.
#pragma once

#include <CLI/CLI.hpp>

#include "controller/options.h"

namespace cw::cli {

void add_controller_flags(CLI::App&, controller::ControllerOptions&);
void add_leader_election_flags(CLI::App&, controller::ControllerOptions&);

}  // namespace cw::cli
