// The mutating step: a CertificateRequest that is created gets the identity of its creator. Every other
// request is let through unchanged, as long as it holds an object. Pure. Source:
// reference/admission.md 3.2.1, 3.5.
#pragma once

#include <string_view>

#include "lib/kube/admission_request.h"
#include "webhook/verdict.h"

namespace cw::webhook {

inline constexpr std::string_view kResourceUnset = "the request names no resource";

// For a create or an update.
Verdict mutate(const kube::AdmissionRequest&);

}  // namespace cw::webhook
