#include "lib/api/certificate_request_policy.h"

#include "lib/api/resources.h"
#include "lib/kube/decode.h"
#include "lib/kube/encode.h"

namespace cw::api {

Result<CertificateRequestPolicy> decode_certificate_request_policy(const kube::Json& from) {
  return kube::decode_object<CertificateRequestPolicy>(from);
}

Result<CertificateRequestPolicy> decode_certificate_request_policy(const simdjson::dom::element& from) {
  return kube::decode_object<CertificateRequestPolicy>(from);
}

kube::Json encode(const CertificateRequestPolicy& object) {
  return kube::encode_object(kCertificateRequestPolicies, object);
}

}  // namespace cw::api
