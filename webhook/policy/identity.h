// Who asked for a CertificateRequest: stamped into its spec on create, whatever the client wrote there, and
// held to afterwards. Pure. Source: reference/admission.md 3.2.1 (cert-manager
// internal/webhook/admission/certificaterequest/identity).
#pragma once

#include <cstdint>
#include <string>

#include "lib/api/certificate_request.h"
#include "lib/kube/admission_review.h"
#include "lib/kube/field_error.h"

namespace cw::webhook {

// IDN-04…07: the spec names the one who asks.
kube::FieldErrors verify_identity(const kube::UserInfo&, const api::CertificateRequestSpec&);
// IDN-08…11: an update leaves the names as they are, whoever asks.
kube::FieldErrors verify_same_identity(const api::CertificateRequestSpec& before,
                                       const api::CertificateRequestSpec& after);

// How a member of the object as sent stands to what is to be stamped there.
enum class Stamp : std::uint8_t { Absent, Same, Other };

struct StampedSpec {
  Stamp spec = Stamp::Absent;  // Absent or Other: whether there is a spec at all
  Stamp uid = Stamp::Absent;
  Stamp username = Stamp::Absent;
  Stamp groups = Stamp::Absent;
  Stamp extra = Stamp::Absent;
};

// RFC 6902 operations that stamp the user into the spec: none that changes nothing. Empty if there is nothing
// to do.
std::string identity_patch(const kube::UserInfo&, const StampedSpec&);

}  // namespace cw::webhook
