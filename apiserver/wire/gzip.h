// Compression of answers (RFC 1952), at the level that costs least. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cw::apiserver {

// Nothing if there is no memory for it: then the answer goes out as it is.
std::optional<std::string> gzipped(std::string_view text);

}  // namespace cw::apiserver
