// The objects and patches that the Certificate reconciler sends, as JSON. Pure.
#pragma once

#include <string>

#include "controller/certificates/actions.h"
#include "controller/certificates/view.h"
#include "lib/api/certificate.h"
#include "lib/kube/json.h"
#include "lib/pki/private_key.h"

namespace cw::controller::certificates {

// Merge patch of the status: with the version that was read, all conditions, and null for what is gone.
kube::Json status_patch(const api::Certificate& as_read, const api::CertificateStatus& wanted);

// Always PKCS#8 (reference/controllers.md 1.6).
Result<kube::Json> next_key_secret(const api::Certificate&, const std::string& name, const pki::PrivateKey&);

// reference/controllers.md 1.7.
kube::Json request_json(const api::Certificate&, const CreateRequest&, const std::string& csr_pem,
                        const Settings&);

// Of the annotations those that --copied-annotation-prefixes lets through.
kube::Map copied_annotations(const kube::Map&, const std::vector<std::string>& prefixes);

}  // namespace cw::controller::certificates
