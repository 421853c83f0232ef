// What a Certificate may ask for and this build cannot do yet. Such a certificate is not issued at all: half
// of what was asked for would look like all of it. Pure.
#pragma once

#include <optional>
#include <string>

#include "lib/api/certificate.h"

namespace cw::controller::certificates {

// The explanation, naming the field.
std::optional<std::string> unserved_wish(const api::CertificateSpec&);

}  // namespace cw::controller::certificates
