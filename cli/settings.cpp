#include "cli/settings.h"

namespace cw::cli {

pki::PemLimits pem_limits(const PemSettings& settings) {
  return {.certificate = static_cast<std::size_t>(settings.certificate),
          .private_key = static_cast<std::size_t>(settings.private_key),
          .chain = static_cast<std::size_t>(settings.chain),
          .bundle = static_cast<std::size_t>(settings.bundle)};
}

controller::ControllerOptions issuance_options(const ControllerSettings& settings) {
  controller::ControllerOptions options = settings.options;
  options.workers = static_cast<unsigned>(settings.workers);
  options.max_reissues_per_hour = static_cast<int>(settings.max_reissues);
  options.pem_limits = pem_limits(settings.pem);
  return options;
}

}  // namespace cw::cli
