// names_key: the set of names that a Certificate asks for, and of whom, as one string: equal for two
// Certificates that ask the same issuer for the same names in whatever order. Pure.
#pragma once

#include <string>
#include <string_view>

#include "lib/api/certificate.h"

namespace cw::webhook {

// A digest of fixed length; empty if the Certificate names nothing. `name_space` counts for Issuers only.
std::string names_key(std::string_view name_space, const api::CertificateSpec&);

}  // namespace cw::webhook
