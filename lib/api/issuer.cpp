#include "lib/api/issuer.h"

#include "lib/api/resources.h"
#include "lib/kube/decode.h"
#include "lib/kube/encode.h"

namespace cw::api {

Result<Issuer> decode_issuer(const kube::Json& from) { return kube::decode_object<Issuer>(from); }

Result<Issuer> decode_issuer(const simdjson::dom::element& from) { return kube::decode_object<Issuer>(from); }

Result<ClusterIssuer> decode_cluster_issuer(const kube::Json& from) {
  return kube::decode_object<ClusterIssuer>(from);
}

Result<ClusterIssuer> decode_cluster_issuer(const simdjson::dom::element& from) {
  return kube::decode_object<ClusterIssuer>(from);
}

kube::Json encode(const ClusterIssuer& object) { return kube::encode_object(kClusterIssuers, object); }

kube::Json encode(const Issuer& object) { return kube::encode_object(kIssuers, object); }

}  // namespace cw::api
