// What the operator chose that rules depend on: feature gates and size limits. Data.
// Source: reference/admission.md 3.9, 3.10.
#pragma once

#include "lib/pki/pem.h"

namespace cw::webhook {

struct RuleOptions {
  bool literal_certificate_subject = true;
  bool name_constraints = true;
  bool other_names = true;
  pki::PemLimits pem_limits = {};
};

}  // namespace cw::webhook
