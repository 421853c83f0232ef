// The common name inside spec.literalSubject; internal to certificate*.cpp.
#pragma once

#include <string>

#include "lib/api/certificate.h"

namespace cw::webhook {

// Empty if there is none, or if the literal cannot be parsed. Of several the one written first.
std::string literal_common_name(const api::CertificateSpec&);

}  // namespace cw::webhook
