// Bodies of requests as trees, before anything is known of their type: JSON, YAML, protobuf. Pure. Errors in
// kube-apiserver's words. Source: k8s.io/apimachinery pkg/runtime/serializer/json.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "apiserver/type_catalog.h"
#include "lib/base/result.h"
#include "lib/kube/status.h"

namespace cw::apiserver {

// 415 for a Content-Type that no body has.
kube::StatusError unknown_format();

// Any JSON body, for patches and DeleteOptions; the message is Go's.
Result<Json> parse_body(std::string_view body);

// Why apiVersion and kind cannot even be read; nothing if they can. null is an empty object.
std::optional<std::string> type_problem(const Json& body);

// `duplicate field "spec.bar"` of each member that stands twice in the text of the tree.
std::vector<std::string> duplicate_failures(const Json& tree, std::string_view body);

// JSON, YAML or protobuf of options: the tree, or 400 and 415.
kube::Outcome<Json> read_any_body(std::string_view content_type, std::string_view body, const ValueType&);

}  // namespace cw::apiserver
