// spec.subject and spec.commonName as the fields of a distinguished name. Pure; thread-safe.
#pragma once

#include "lib/api/certificate.h"
#include "lib/pki/name.h"

namespace cw::issuance {

pki::SubjectFields subject_fields(const api::CertificateSpec&);

}  // namespace cw::issuance
