#include "lib/api/certificate_request.h"

#include "lib/api/resources.h"
#include "lib/kube/decode.h"
#include "lib/kube/encode.h"

namespace cw::api {

Result<CertificateRequest> decode_certificate_request(const kube::Json& from) {
  return kube::decode_object<CertificateRequest>(from);
}

Result<CertificateRequest> decode_certificate_request(const simdjson::dom::element& from) {
  return kube::decode_object<CertificateRequest>(from);
}

kube::Json encode(const CertificateRequest& object) {
  return kube::encode_object(kCertificateRequests, object);
}

}  // namespace cw::api
