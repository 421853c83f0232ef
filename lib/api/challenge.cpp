#include "lib/api/challenge.h"

#include "lib/api/resources.h"
#include "lib/kube/decode.h"
#include "lib/kube/encode.h"

namespace cw::api {

Result<Challenge> decode_challenge(const kube::Json& from) { return kube::decode_object<Challenge>(from); }

Result<Challenge> decode_challenge(const simdjson::dom::element& from) {
  return kube::decode_object<Challenge>(from);
}

kube::Json encode(const Challenge& object) { return kube::encode_object(kChallenges, object); }

}  // namespace cw::api
