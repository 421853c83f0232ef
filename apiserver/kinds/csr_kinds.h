// CertificateSigningRequest: rules, rights and columns. Pure but for the authorizer that rights are asked of.
// Source: k8s.io/kubernetes pkg/apis/certificates/validation, pkg/registry/certificates,
// plugin/pkg/admission/certificates.
#pragma once

#include "apiserver/resource_row.h"

namespace cw::apiserver {

KindRules csr_rules();
TableColumns csr_table();
std::vector<std::string> csr_reset_fields(ObjectPart part);

}  // namespace cw::apiserver
