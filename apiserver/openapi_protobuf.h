// An OpenAPI v2 document as the protobuf message openapi.v2.Document of gnostic, with what kubectl reads of
// it: definitions whole, operations with their parameters. Pure. Source: github.com/google/gnostic-models
// openapiv2/OpenAPIv2.proto (field numbers).
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace cw::apiserver {

std::string openapi_v2_protobuf(const nlohmann::json& document);

}  // namespace cw::apiserver
