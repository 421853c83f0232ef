#include "cli/settings.h"

namespace cw::cli {

pki::PemLimits pem_limits(const PemSettings& settings) {
  return {.certificate = static_cast<std::size_t>(settings.certificate),
          .private_key = static_cast<std::size_t>(settings.private_key),
          .chain = static_cast<std::size_t>(settings.chain),
          .bundle = static_cast<std::size_t>(settings.bundle)};
}

}  // namespace cw::cli
