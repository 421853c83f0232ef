// The checks by which a target Secret is found to be other than we would write it: the field's, in its order.
// Pure. Source: reference/controllers.md 1.8 A; internal/controller/certificates/policies/checks.go.
#pragma once

#include <optional>

#include "controller/certificates/owned_fields.h"
#include "controller/certificates/view.h"
#include "lib/api/certificate.h"
#include "lib/api/secret.h"

namespace cw::controller::certificates {

struct WeighedTarget {
  const api::Secret& secret;
  const OwnedFields& owned;   // of it, by us
  const api::Secret& wanted;  // what we would apply
  const api::Certificate& certificate;
};

std::optional<Finding> find_drift(const WeighedTarget&);

}  // namespace cw::controller::certificates
