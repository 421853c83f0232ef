// From ControllerOptions to what each reconciler needs to know. Pure.
#pragma once

#include <set>
#include <string>

#include "controller/certificates/settings.h"
#include "controller/options.h"
#include "controller/requests/pipeline.h"

namespace cw::controller {

// `on`: names from enabled_controllers.
certificates::Settings certificate_settings(const ControllerOptions&, const std::set<std::string>& on);
requests::Duties request_duties(const std::set<std::string>& on);

}  // namespace cw::controller
