#include "lib/api/certificate_request.h"

#include "lib/api/names.h"
#include "lib/api/resources.h"
#include "lib/kube/conditions.h"
#include "lib/kube/decode.h"
#include "lib/kube/encode.h"

namespace cw::api {

bool is_finished(const CertificateRequest& request) {
  const auto* ready = kube::find_condition(request.status.conditions, kReady);
  if (ready == nullptr) return false;
  return ready->reason == kReasonIssued || ready->reason == kReasonFailed || ready->reason == kReasonDenied;
}

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
