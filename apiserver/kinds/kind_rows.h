// The rows of the kinds in this folder: Service, Endpoints, EndpointSlice, Pod, Ingress, IngressClass,
// CertificateSigningRequest.
#pragma once

#include "apiserver/resource_row.h"

namespace cw::apiserver {

// A core kind that is stored, with all verbs.
ResourceRow stored_row(kube::Resource resource, std::string singular, std::string definition);

ResourceRow services_row();
ResourceRow endpoints_row();
ResourceRow endpoint_slices_row();
ResourceRow pods_row();
ResourceRow ingresses_row();
ResourceRow ingress_classes_row();
ResourceRow certificate_signing_requests_row();

}  // namespace cw::apiserver
