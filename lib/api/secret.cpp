#include "lib/api/secret.h"

#include "lib/api/resources.h"
#include "lib/kube/decode.h"
#include "lib/kube/encode.h"

namespace cw::api {

Result<Secret> decode_secret(const kube::Json& from) { return kube::decode_object<Secret>(from); }

kube::Json encode(const Secret& object) { return kube::encode_object(kSecrets, object); }

}  // namespace cw::api
