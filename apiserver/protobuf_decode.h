// Kubernetes' protobuf form of the core kinds into the JSON tree that they would have been: kubectl sends it
// to create what it knows the type of. Field numbers are in definitions/core.json (x-cw-number). Pure.
// Source: k8s.io/apimachinery pkg/runtime/serializer/protobuf; k8s.io/api */generated.proto.
#pragma once

#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "apiserver/type_catalog.h"
#include "lib/base/result.h"

namespace cw::apiserver {

inline constexpr std::string_view kProtobufType = "application/vnd.kubernetes.protobuf";

// Whether it begins as a body must.
bool is_protobuf(std::string_view body);
inline constexpr std::string_view kNoProtobuf =
    "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]";

// The body of a request: "k8s\0", then the envelope with apiVersion and kind, then the object. Invalid if it
// is malformed; fields without a number in the type are skipped.
Result<Json> decode_protobuf(std::string_view body, const ValueType&);

}  // namespace cw::apiserver
