#include "lib/api/order.h"

#include "lib/api/resources.h"
#include "lib/kube/decode.h"
#include "lib/kube/encode.h"

namespace cw::api {

Result<Order> decode_order(const kube::Json& from) { return kube::decode_object<Order>(from); }

Result<Order> decode_order(const simdjson::dom::element& from) { return kube::decode_object<Order>(from); }

kube::Json encode(const Order& object) { return kube::encode_object(kOrders, object); }

}  // namespace cw::api
