#include "cli/settings.h"

namespace cw::cli {
namespace {

kube::Map labels_of(const std::vector<std::string>& settings) {
  kube::Map labels;
  for (const std::string& entry : settings) {
    const std::size_t equals = entry.find('=');
    if (equals != std::string::npos) labels.set(entry.substr(0, equals), entry.substr(equals + 1));
  }
  return labels;
}

controller::AcmeOptions acme_options(const ControllerSettings& settings) {
  return {.max_concurrent_challenges = static_cast<std::size_t>(settings.max_challenges),
          .check_retry_period = settings.check_retry_period,
          .issuer_ambient_credentials = settings.issuer_ambient_credentials,
          .cluster_issuer_ambient_credentials = settings.cluster_issuer_ambient_credentials,
          .recursive_nameservers = settings.recursive_nameservers,
          .recursive_nameservers_only = settings.recursive_nameservers_only,
          .authoritative_port = static_cast<int>(settings.authoritative_port),
          .http01 = {.image = settings.solver_image,
                     .request_cpu = settings.solver_request_cpu,
                     .request_memory = settings.solver_request_memory,
                     .limit_cpu = settings.solver_limit_cpu,
                     .limit_memory = settings.solver_limit_memory,
                     .run_as_non_root = settings.solver_run_as_non_root,
                     .extra_labels = labels_of(settings.solver_labels),
                     .runtime_class = settings.solver_runtime_class,
                     .gateway_api = settings.gateway_api},
          .http01_nameservers = settings.solver_nameservers,
          .http01_check_port = static_cast<int>(settings.http01_check_port)};
}

}  // namespace

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
  options.acme = acme_options(settings);
  return options;
}

}  // namespace cw::cli
