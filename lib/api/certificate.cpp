#include "lib/api/certificate.h"

#include "lib/api/resources.h"
#include "lib/kube/decode.h"
#include "lib/kube/encode.h"

namespace cw::api {

Result<Certificate> decode_certificate(const kube::Json& from) {
  return kube::decode_object<Certificate>(from);
}

Result<Certificate> decode_certificate(const simdjson::dom::element& from) {
  return kube::decode_object<Certificate>(from);
}

kube::Json encode(const Certificate& object) { return kube::encode_object(kCertificates, object); }

}  // namespace cw::api
