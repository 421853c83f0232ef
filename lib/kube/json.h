// The two JSON forms that we read: nlohmann's tree everywhere, simdjson's parsed document on the webhook's
// hot path. Both are only named here; their headers are for .cpp files. parse_json is how text from outside
// becomes a tree: it limits depth and never throws.
#pragma once

#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "lib/base/result.h"

namespace simdjson::dom {
class element;  // NOLINT(readability-identifier-naming): not ours
}  // namespace simdjson::dom

namespace cw::kube {

using Json = nlohmann::json;

// Deeper than any object of the API, far from what would exhaust a stack.
inline constexpr int kMaxJsonDepth = 128;

// RFC 8259 text, whole input. Duplicate members: the last wins. Invalid when malformed or nested deeper than
// kMaxJsonDepth; the message says where.
Result<Json> parse_json(std::string_view text);

}  // namespace cw::kube
