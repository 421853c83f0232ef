// Certificates and CertificateRequests as short texts, for caches that hold many: the JSON of what a
// controller asks about later. Pure.
#pragma once

#include <string>
#include <string_view>

#include "lib/api/certificate.h"
#include "lib/api/certificate_request.h"
#include "lib/base/result.h"

namespace cw::api {

// All of it.
std::string pack(const Certificate&);
// Of one that is answered: without the answer (status.certificate, status.ca), without who asked for it, and
// of its labels and annotations only those of cert-manager.io. Else all of it.
std::string pack(const CertificateRequest&);

// What pack answered. Invalid: anything else.
Result<Certificate> unpack_certificate(std::string_view);
Result<CertificateRequest> unpack_certificate_request(std::string_view);

}  // namespace cw::api
