// JSON trees of the core kinds into Kubernetes' protobuf form: what client-go asks of the kinds that it has
// types of. The other way round: protobuf_decode.h. Objects are decoded: every member has its type. Pure.
// Source: k8s.io/apimachinery pkg/runtime/serializer/protobuf, pkg/runtime/generated.proto;
// k8s.io/api */generated.proto.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "apiserver/type_catalog.h"

namespace cw::apiserver {

// The message of one object, without envelope and without apiVersion and kind, which the envelope has.
std::string encode_message(const Json& object, const ValueType&);

// "k8s\0" and the envelope around a message.
std::string encode_envelope(std::string_view api_version, std::string_view kind, std::string_view message);

// A whole answer: one object.
std::string encode_protobuf(const Json& object, const ValueType&);

// A list of encoded items. `metadata` is of the list (resourceVersion, continue, remainingItemCount).
std::string encode_list(std::string_view api_version, std::string_view kind, const Json& metadata,
                        const std::vector<std::string>& items, const TypeCatalog&);

// One event of a watch: its length in four bytes (big end first), its type, and an object with envelope.
std::string encode_event_frame(std::string_view type, std::string_view enveloped);

}  // namespace cw::apiserver
