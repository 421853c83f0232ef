// What makes a CertificateSigningRequest invalid. Pure.
#pragma once

#include "apiserver/resource_row.h"

namespace cw::apiserver {

inline constexpr std::string_view kApproved = "Approved";
inline constexpr std::string_view kDenied = "Denied";
inline constexpr std::string_view kFailed = "Failed";

FieldErrors check_new_csr(const Json& csr);
// `part` is what may be changed; what was wrong before may stay.
FieldErrors check_changed_csr(const Json& next, const Json& old, ObjectPart part);

}  // namespace cw::apiserver
