// spec.issuerRef of Certificate and CertificateRequest: the same three checks under two sets of ids.
// Source: cert-manager internal/apis/certmanager/validation/certificate.go ValidateIssuerRef.
#pragma once

#include "lib/api/references.h"
#include "webhook/rules/rule.h"

namespace cw::webhook {

kube::FieldErrors issuer_name_is_given(const api::IssuerReference&, const kube::FieldPath&);
// Group named: the kind must be one of ours.
kube::FieldErrors issuer_kind_is_known(const api::IssuerReference&, const kube::FieldPath&);
// Group left out: ours is meant.
kube::FieldErrors default_issuer_kind_is_known(const api::IssuerReference&, const kube::FieldPath&);

}  // namespace cw::webhook
