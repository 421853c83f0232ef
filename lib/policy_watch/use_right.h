// What a requester must be allowed so that a policy counts for it (reference/policy.md 1.5).
#pragma once

#include <string>

#include "lib/api/resources.h"
#include "lib/rbac/rules.h"

namespace cw::policy {

inline rbac::Attributes use_right(std::string policy, std::string name_space) {
  return {.verb = "use",
          .api_group = std::string(api::kCertificateRequestPolicies.group),
          .resource = std::string(api::kCertificateRequestPolicies.plural),
          .name = std::move(policy),
          .name_space = std::move(name_space)};
}

}  // namespace cw::policy
