// The flags of each component, with the member of its configuration file for each. The settings must live as
// long as the command. Source: reference/admission.md 3.9, 5.5; reference/controllers.md 9.1.
#pragma once

#include "cli/component_flags.h"
#include "cli/settings.h"

namespace cw::cli {

ComponentFlags add_webhook_flags(CLI::App&, WebhookSettings&);
ComponentFlags add_controller_flags(CLI::App&, ControllerSettings&);
ComponentFlags add_cainjector_flags(CLI::App&, CaInjectorSettings&);

// What standalone takes over from the controller: which controllers run, and how.
void add_issuance_flags(ComponentFlags&, ControllerSettings&);

}  // namespace cw::cli
