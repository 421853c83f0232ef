// The certificate that a Certificate with the annotation cert-manager.io/issue-temporary-certificate shows
// until the issuer has answered: of the key that will be used, signed by a CA that exists for this one
// signature. Source: reference/controllers.md 1.8.
#pragma once

#include "controller/certificates/view.h"
#include "lib/api/certificate_request.h"
#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/pki/certificate.h"
#include "lib/pki/private_key.h"

namespace cw::controller::certificates {

// Asked for, and there is no key pair yet that it would displace, nor a Secret that must not be written.
bool wants_temporary(const View&);
bool is_temporary(const pki::Certificate&);

// Invalid: the request cannot be read. Draws a key.
Result<pki::Certificate> temporary_certificate(const api::CertificateRequestSpec&, pki::KeyMaker&,
                                               TimePoint now, const pki::PemLimits&);

}  // namespace cw::controller::certificates
