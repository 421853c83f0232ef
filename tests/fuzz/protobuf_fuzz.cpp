// A letter for a type, then a request's body in Kubernetes' protobuf: malformed or a tree that is JSON and of
// that type.
#include <string_view>

#include <nlohmann/json.hpp>

#include "apiserver/protobuf_decode.h"
#include "lib/kube/json.h"
#include "tests/fuzz/targets.h"
#include "tests/fuzz/types.h"

namespace cw::fuzz {

void protobuf(std::string_view input) {
  if (input.empty()) return;
  const apiserver::ValueType& type = type_of(input[0]);
  const auto decoded = apiserver::decode_protobuf(input.substr(1), type);
  if (!decoded) {
    CW_ASSERT(decoded.error().code == Code::Invalid && !decoded.error().message.empty());
    return;
  }
  CW_ASSERT(decoded->is_object());
  CW_ASSERT(kube::parse_json(decoded->dump()).has_value());
  check_typed(*decoded, type);
}

}  // namespace cw::fuzz
