#include "controller/settings.h"

#include <array>
#include <string_view>
#include <utility>

namespace cw::controller {
namespace {

using issuers::IssuerType;

constexpr std::array<std::pair<std::string_view, IssuerType>, 5> kSigners{{
    {"certificaterequests-issuer-acme", IssuerType::Acme},
    {"certificaterequests-issuer-ca", IssuerType::Ca},
    {"certificaterequests-issuer-selfsigned", IssuerType::SelfSigned},
    {"certificaterequests-issuer-vault", IssuerType::Vault},
    {"certificaterequests-issuer-venafi", IssuerType::Venafi},
}};

}  // namespace

certificates::Settings certificate_settings(const ControllerOptions& options,
                                            const std::set<std::string>& on) {
  return {.stages = {.trigger = on.contains("certificates-trigger"),
                     .key = on.contains("certificates-key-manager"),
                     .request = on.contains("certificates-request-manager"),
                     .issue = on.contains("certificates-issuing"),
                     .readiness = on.contains("certificates-readiness"),
                     .revisions = on.contains("certificates-revision-manager")},
          .owner_reference = options.enable_certificate_owner_ref,
          .first_back_off = options.certificate_request_minimum_backoff,
          .last_back_off = options.certificate_request_maximum_backoff,
          .max_reissues_per_hour = options.max_reissues_per_hour,
          .copied_annotations = options.copied_annotation_prefixes,
          .pem = options.pem_limits,
          .requests = options.requests};
}

requests::Duties request_duties(const std::set<std::string>& on) {
  requests::Duties duties{.approve = on.contains("certificaterequests-approver"), .sign = false};
  for (const auto& [name, type] : kSigners) {
    if (on.contains(std::string(name))) {
      duties.sign = true;
    } else {
      duties.left_to_others.insert(type);
    }
  }
  return duties;
}

}  // namespace cw::controller
